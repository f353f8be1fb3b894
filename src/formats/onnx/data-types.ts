/** Types of entries that can be computed with, by the names that other tools give them. */
export type OnnxType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/**
 * Entries in memory. float16 and bfloat16 are held as float32; int64 and uint64 as float64, which is exact up to 2⁵³; bool as 0
 * and 1 in bytes.
 */
export type OnnxData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** What is known of a type: its number in files (TensorProto.DataType of onnx.proto), and how its entries are held. */
export interface TypeDescription {
  readonly number: number;
  /** Bytes of an entry in a file's raw data. */
  readonly fileBytes: number;
  /** Bytes of an entry in memory. */
  readonly bytes: number;
  readonly kind: "float" | "integer" | "bool";
  make(length: number): OnnxData;
}

export const TYPES: Readonly<Record<OnnxType, TypeDescription>> = {
  float32: { number: 1, fileBytes: 4, bytes: 4, kind: "float", make: (length) => new Float32Array(length) },
  float64: { number: 11, fileBytes: 8, bytes: 8, kind: "float", make: (length) => new Float64Array(length) },
  float16: { number: 10, fileBytes: 2, bytes: 4, kind: "float", make: (length) => new Float32Array(length) },
  bfloat16: { number: 16, fileBytes: 2, bytes: 4, kind: "float", make: (length) => new Float32Array(length) },
  int8: { number: 3, fileBytes: 1, bytes: 1, kind: "integer", make: (length) => new Int8Array(length) },
  int16: { number: 5, fileBytes: 2, bytes: 2, kind: "integer", make: (length) => new Int16Array(length) },
  int32: { number: 6, fileBytes: 4, bytes: 4, kind: "integer", make: (length) => new Int32Array(length) },
  int64: { number: 7, fileBytes: 8, bytes: 8, kind: "integer", make: (length) => new Float64Array(length) },
  uint8: { number: 2, fileBytes: 1, bytes: 1, kind: "integer", make: (length) => new Uint8Array(length) },
  uint16: { number: 4, fileBytes: 2, bytes: 2, kind: "integer", make: (length) => new Uint16Array(length) },
  uint32: { number: 12, fileBytes: 4, bytes: 4, kind: "integer", make: (length) => new Uint32Array(length) },
  uint64: { number: 13, fileBytes: 8, bytes: 8, kind: "integer", make: (length) => new Float64Array(length) },
  bool: { number: 9, fileBytes: 1, bytes: 1, kind: "bool", make: (length) => new Uint8Array(length) },
};

/** Types that files may hold and that cannot be computed with here. */
const REFUSED: Readonly<Record<number, string>> = {
  8: "string",
  14: "complex64",
  15: "complex128",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
  24: "float8e8m0",
  25: "uint2",
  26: "int2",
};

const BY_NUMBER = new Map(
  (Object.keys(TYPES) as OnnxType[]).map((name) => [TYPES[name].number, name] as const),
);

/** The type of that number, or undefined where it is none that can be computed with. */
export function typeOfNumber(number: number): OnnxType | undefined {
  return BY_NUMBER.get(number);
}

/** What to call a type that `typeOfNumber` does not know. */
export function nameOfNumber(number: number): string {
  return BY_NUMBER.get(number) ?? REFUSED[number] ?? `type number ${number}`;
}
