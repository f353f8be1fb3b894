import { UnrolledError } from "../errors.ts";
import { Allowance } from "./allowance.ts";
import { float32Of } from "./float32-of.ts";
import { readSafetensorsHeader, type SafetensorsEntry } from "./safetensors-header.ts";
import { shown } from "./shown.ts";
import { bytesOfType, numbersIn, type StoredNumbers, type StoredType } from "./stored-numbers.ts";

const CALL = "readSafetensors";

/** A tensor out of a file: `dtype` as it was stored, `data` widened or rounded to float32. */
export interface SafetensorsTensor {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor out of a file whose numbers are as they were stored. */
export interface StoredSafetensor {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: StoredNumbers;
}

/** How much memory reading a file may take. */
export interface ReadingOptions {
  /** Bytes of all that is made from the file; a few times its length if not given. */
  readonly maxBytes?: number;
}

/**
 * The tensors of a safetensors file, copied, as float32. 16- and 8-bit floats and booleans are exact, float64 and integers beyond
 * 2^24 rounded; `readStoredSafetensors` gives all of them as they are.
 *
 * @throws UnrolledError "invalid-file" that names the tensor, for a file that breaks the format, is truncated, takes more than
 * `maxBytes`, or holds complex numbers
 */
export function readSafetensors(
  bytes: Uint8Array,
  options: ReadingOptions = {},
): Record<string, SafetensorsTensor> {
  return readFrom(bytes, options, (entry, allowance) => {
    const { name, dtype, shape, begin, end } = entry;
    allowance.take((4 * (end - begin)) / bytesOfType(dtype), `tensor ${shown(name)} as float32`);
    const data = float32Of(dtype, storedIn(bytes, entry));
    if (data) return { dtype, shape, data };
    throw new UnrolledError("invalid-file", {
      call: CALL,
      problem: `tensor ${shown(name)}: it holds complex numbers (${dtype})`,
    });
  });
}

/**
 * The tensors of a safetensors file, copied, as they are stored: integers as integers, F16, BF16 and 8-bit floats as their bits,
 * C64 as pairs [.., 2] of real and imaginary part.
 *
 * @throws UnrolledError "invalid-file" as `readSafetensors` does
 */
export function readStoredSafetensors(
  bytes: Uint8Array,
  options: ReadingOptions = {},
): Record<string, StoredSafetensor> {
  return readFrom(bytes, options, (entry, allowance) => {
    const { name, dtype, shape, begin, end } = entry;
    allowance.take(end - begin, `tensor ${shown(name)}`);
    return { dtype, shape, data: storedIn(bytes, entry) };
  });
}

/** The words about the file in its header, `{}` if there are none. Throws as `readSafetensors` does. */
export function readSafetensorsMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  return readSafetensorsHeader(CALL, bytes).metadata;
}

function readFrom<Result>(
  bytes: Uint8Array,
  { maxBytes }: ReadingOptions,
  make: (entry: SafetensorsEntry, allowance: Allowance) => Result,
): Record<string, Result> {
  const allowance = new Allowance(CALL, bytes.length, maxBytes);
  const { entries } = readSafetensorsHeader(CALL, bytes, allowance);
  return Object.fromEntries(entries.map((entry) => [entry.name, make(entry, allowance)]));
}

/** A copy of an entry's numbers, since wide arrays cannot start at any byte. */
function storedIn(bytes: Uint8Array, { dtype, begin, end }: SafetensorsEntry): StoredNumbers {
  // `slice` of a Node Buffer would be no copy.
  return numbersIn(dtype, new Uint8Array(bytes.subarray(begin, end)).buffer);
}
