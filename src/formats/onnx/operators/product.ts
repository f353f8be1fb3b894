// Matrix products on the engine: the right operand is packed, once where it is a constant.
import type { Device } from "../../../tensor/device.ts";
import type { Storage } from "../../../tensor/storage.ts";
import { OBJECT_BYTES } from "../budget.ts";
import type { OnnxData } from "../data-types.ts";
import type { Machine } from "../machine.ts";

/** A right operand [K, N] whose entry (i, j) stands at start + i·row + j·column of its numbers. */
export interface Matrix {
  readonly data: OnnxData;
  readonly start: number;
  readonly row: number;
  readonly column: number;
  readonly k: number;
  readonly n: number;
}

/** A right operand in the backend's own layout. It belongs to the scope it is made in, or lives as long as it is held. */
export class PackedMatrix {
  readonly k: number;
  readonly n: number;
  readonly #storage: Storage;

  constructor({ device, budget }: Machine, matrix: Matrix) {
    const { k, n } = matrix;
    this.k = k;
    this.n = n;
    // A narrow matrix takes many times its own size.
    const size = k * n === 0 ? 1 : device.kernels.packedSize(k, n);
    const bytes = size * device.heap.bytesPerElement + OBJECT_BYTES;
    budget.take(bytes, () => `a packed matrix [${k}, ${n}]`);
    budget.copies(size + k * n);
    this.#storage = device.allocate(size);
    packInto(device, matrix, this.#storage.offset);
  }

  get offset(): number {
    return this.#storage.offset;
  }
}

/** Numbers in the heap as they are, likewise: biases. */
export class PlacedVector {
  readonly #storage: Storage;

  constructor(device: Device, data: ArrayLike<number>) {
    this.#storage = device.allocate(Math.max(1, data.length));
    device.heap.floats().set(data, this.#storage.offset);
  }

  get offset(): number {
    return this.#storage.offset;
  }
}

/** Packs a matrix for the time of a callback. */
export function withPacked<Result>(
  machine: Machine,
  matrix: Matrix,
  body: (panels: number) => Result,
): Result {
  const { device } = machine;
  machine.budget.copies(matrix.k * matrix.n);
  return machine.temporary(device.kernels.packedSize(matrix.k, matrix.n), (panels) => {
    packInto(device, matrix, panels);
    return body(panels);
  });
}

function packInto(device: Device, { data, start, row, column, k, n }: Matrix, panels: number): void {
  if (k === 0 || n === 0) return;
  const size = (k - 1) * row + (n - 1) * column + 1;
  device.temporary(size, (place) => {
    device.heap.floats().set(data.subarray(start, start + size), place);
    device.kernels.pack({ b: place, bRow: row, bCol: column, packed: panels, k, n });
  });
}

/** Copies entries out of the heap. */
export function copyOut(device: Device, place: number, to: OnnxData, start: number, count: number): void {
  const floats = device.heap.floats();
  if (count > 64) to.set(floats.subarray(place, place + count), start);
  else for (let index = 0; index < count; index++) to[start + index] = floats[place + index];
}

/** Copies entries into the heap. */
export function copyIn(device: Device, from: OnnxData, start: number, count: number, place: number): void {
  const floats = device.heap.floats();
  if (count > 64)
    floats.set(start === 0 && count === from.length ? from : from.subarray(start, start + count), place);
  else for (let index = 0; index < count; index++) floats[place + index] = from[start + index];
}
