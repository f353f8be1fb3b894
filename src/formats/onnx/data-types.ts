import { UnrolledError } from "../../errors.ts";

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

/** Makes entries of zeros, or says that there is no room for so many. */
function making(Entries: new (length: number) => OnnxData): TypeDescription["make"] {
  return (length) => {
    try {
      return new Entries(length);
    } catch {
      throw new UnrolledError("out-of-memory", `there is no room for ${length} entries in memory`);
    }
  };
}

export const TYPES: Readonly<Record<OnnxType, TypeDescription>> = {
  float32: { number: 1, fileBytes: 4, bytes: 4, kind: "float", make: making(Float32Array) },
  float64: { number: 11, fileBytes: 8, bytes: 8, kind: "float", make: making(Float64Array) },
  float16: { number: 10, fileBytes: 2, bytes: 4, kind: "float", make: making(Float32Array) },
  bfloat16: { number: 16, fileBytes: 2, bytes: 4, kind: "float", make: making(Float32Array) },
  int8: { number: 3, fileBytes: 1, bytes: 1, kind: "integer", make: making(Int8Array) },
  int16: { number: 5, fileBytes: 2, bytes: 2, kind: "integer", make: making(Int16Array) },
  int32: { number: 6, fileBytes: 4, bytes: 4, kind: "integer", make: making(Int32Array) },
  int64: { number: 7, fileBytes: 8, bytes: 8, kind: "integer", make: making(Float64Array) },
  uint8: { number: 2, fileBytes: 1, bytes: 1, kind: "integer", make: making(Uint8Array) },
  uint16: { number: 4, fileBytes: 2, bytes: 2, kind: "integer", make: making(Uint16Array) },
  uint32: { number: 12, fileBytes: 4, bytes: 4, kind: "integer", make: making(Uint32Array) },
  uint64: { number: 13, fileBytes: 8, bytes: 8, kind: "integer", make: making(Float64Array) },
  bool: { number: 9, fileBytes: 1, bytes: 1, kind: "bool", make: making(Uint8Array) },
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
