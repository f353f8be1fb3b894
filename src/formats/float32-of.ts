import type { StoredNumbers, StoredType } from "./stored-numbers.ts";
import {
  float32FromBfloat16,
  float32FromFloat8E4M3,
  float32FromFloat8E5M2,
  float32FromFloat8E8M0,
  float32FromFloat16,
} from "./widened-floats.ts";

/** Stored values as float32: exact for types that it can hold, else rounded. Complex numbers have no such value: undefined. */
export function float32Of(type: StoredType, numbers: StoredNumbers): Float32Array | undefined {
  switch (type) {
    case "C64":
      return undefined;
    case "F32":
      return numbers as Float32Array;
    case "F16":
      return float32FromFloat16(numbers as Uint16Array);
    case "BF16":
      return float32FromBfloat16(numbers as Uint16Array);
    case "F8_E4M3":
      return float32FromFloat8E4M3(numbers as Uint8Array);
    case "F8_E5M2":
      return float32FromFloat8E5M2(numbers as Uint8Array);
    case "F8_E8M0":
      return float32FromFloat8E8M0(numbers as Uint8Array);
    case "BOOL":
      return Float32Array.from(numbers as Uint8Array, (value) => (value === 0 ? 0 : 1));
    case "I64":
    case "U64":
      return wholeNumbers(numbers as BigInt64Array | BigUint64Array);
    default:
      return new Float32Array(numbers as Exclude<StoredNumbers, BigInt64Array | BigUint64Array>);
  }
}

function wholeNumbers(numbers: BigInt64Array | BigUint64Array): Float32Array {
  const values = new Float32Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) values[index] = Number(numbers[index]);
  return values;
}
