// The number types that files of tensors hold, little-endian, by the names that safetensors gives them.
import { bfloat16FromFloat32, float16FromFloat32 } from "./narrow-floats.ts";

/** The array that a type's values are seen through; 16- and 8-bit floats through their bits, complex numbers as pairs. */
const ARRAYS = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  F8_E5M2: Uint8Array,
  F8_E4M3: Uint8Array,
  F8_E8M0: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F64: Float64Array,
  C64: Float32Array,
} as const;

/** How a file stores numbers: signed, unsigned, floating-point or complex, and how many bits. */
export type StoredType = keyof typeof ARRAYS;

/** Numbers as they are stored: 16- and 8-bit floats as their bits, complex ones as pairs of real and imaginary part. */
export type StoredNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export const STORED_TYPES = Object.keys(ARRAYS) as readonly StoredType[];

export function isStoredType(name: unknown): name is StoredType {
  return typeof name === "string" && Object.hasOwn(ARRAYS, name);
}

/** Bytes of one value. */
export function bytesOfType(type: StoredType): number {
  return type === "C64" ? 8 : ARRAYS[type].BYTES_PER_ELEMENT;
}

/** Array entries of one value: two of a complex number. */
export function entriesOfType(type: StoredType): number {
  return type === "C64" ? 2 : 1;
}

/** Whole values in bytes that begin where an array can, seen and not copied. */
export function numbersIn(type: StoredType, buffer: ArrayBufferLike): StoredNumbers {
  return new (ARRAYS[type] as new (buffer: ArrayBufferLike) => StoredNumbers)(buffer);
}

/** Whether an array is the one that a type's values are seen through. */
export function isArrayOf(type: StoredType, numbers: StoredNumbers): boolean {
  return numbers instanceof ARRAYS[type];
}

/** Float32 values as a type stores them, rounded to the nearest (half way to the even one); undefined for a type that is no such float. */
export function storedFloats(type: StoredType, values: Float32Array): StoredNumbers | undefined {
  switch (type) {
    case "F32":
      return values;
    case "F16":
      return float16FromFloat32(values);
    case "BF16":
      return bfloat16FromFloat32(values);
    case "F64":
      return Float64Array.from(values);
    default:
      return undefined;
  }
}

/** The type that an array is stored as unless another is asked for. */
export function typeOfArray(numbers: StoredNumbers): StoredType {
  const order: readonly StoredType[] = ["F32", "F64", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64"];
  return order.find((type) => isArrayOf(type, numbers)) ?? "F32";
}
