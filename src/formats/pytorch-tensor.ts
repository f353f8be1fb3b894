import type { Allowance } from "./allowance.ts";
import type { ByteReader } from "./byte-reader.ts";
import { float32Of } from "./float32-of.ts";
import type { TensorReference } from "./pytorch-names.ts";
import { shown } from "./shown.ts";
import {
  bytesOfType,
  entriesOfType,
  numbersIn,
  type StoredNumbers,
  type StoredType,
} from "./stored-numbers.ts";

/** A tensor out of a file: `dtype` as it was stored, by safetensors' name; `data` row-major, widened or rounded to float32. */
export interface PyTorchTensor {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A tensor out of the bytes of its storage, which may be longer and hold other tensors too.
 *
 * @param bytes the storage
 * @param allowance from which the tensor's numbers are taken
 */
export function tensorFromStorage(
  reference: TensorReference,
  bytes: Uint8Array,
  littleEndian: boolean,
  reader: ByteReader,
  allowance: Allowance,
): PyTorchTensor {
  const { type, offset, shape, strides, storage } = reference;
  const what = `a tensor ${shown(shape)} with strides ${shown(strides)} at ${offset}`;
  const width = bytesOfType(type);
  if (bytes.length !== storage.count * (storage.type ? bytesOfType(storage.type) : 1))
    throw reader.invalid(
      `storage ${shown(storage.key)} has ${bytes.length} bytes, but is said to have ${storage.count} ${storage.type ?? "bytes"}`,
    );
  const count = sizeOf(shape);
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset);
  if (!Number.isSafeInteger(count) || (count > 0 && !(last < Math.floor(bytes.length / width))))
    throw reader.invalid(`${what} does not lie inside its storage of ${bytes.length} bytes`);
  allowance.take(4 * count, what);
  const gathered = new Uint8Array(count * width);
  gather(bytes, gathered, width, reference);
  if (!littleEndian) swapBytes(gathered, width / entriesOfType(type));
  const data = float32Of(type, numbersIn(type, gathered.buffer) as StoredNumbers);
  if (!data) throw reader.invalid(`${what} holds complex numbers (${type})`);
  return { dtype: type, shape, data };
}

/** 0 where a size is 0, else the product or NaN where it is beyond 2⁵³. */
function sizeOf(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const size = shape.reduce((product, length) => product * length, 1);
  return Number.isSafeInteger(size) ? size : Number.NaN;
}

/** Copies numbers one by one in row-major order, or at once where they lie so already. */
function gather(
  from: Uint8Array,
  to: Uint8Array,
  width: number,
  { offset, shape, strides }: TensorReference,
): void {
  const count = to.length / width;
  if (isRowMajor(shape, strides)) {
    to.set(from.subarray(offset * width, (offset + count) * width));
    return;
  }
  const index = shape.map(() => 0);
  let place = offset;
  for (let position = 0; position < count; position++) {
    for (let byte = 0; byte < width; byte++) to[position * width + byte] = from[place * width + byte];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      place += strides[axis];
      if (index[axis] < shape[axis]) break;
      place -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== stride) return false;
    stride *= shape[axis];
  }
  return true;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let begin = 0; begin < bytes.length; begin += width) bytes.subarray(begin, begin + width).reverse();
}
