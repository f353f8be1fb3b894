import type { Device } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { PoolPart } from "./pool-parts.ts";
import { type SessionState, StateFormat } from "./session-state.ts";

/** Rows that many sessions carry from step to step, one each, zeros at first; a step finds those of its sessions side by side. */
export class RowPool implements PoolPart {
  readonly #device: Device;
  readonly #width: number;
  readonly #format: StateFormat;
  readonly #block: Tensor;
  #rows: Tensor;

  /** @param batch the most sessions that step together; owner: whose they are, in words */
  constructor(device: Device, capacity: number, batch: number, width: number, owner: string) {
    this.#device = device;
    this.#width = width;
    this.#format = new StateFormat(`${owner}, B 1`, width);
    this.#block = device.lasting(() => zeros(device, [batch * width]));
    this.#rows = device.lasting(() => zeros(device, [capacity * width]));
  }

  /** Where the rows of the sessions that step stand. */
  get place(): number {
    return this.#block.offset;
  }

  grow(capacity: number): void {
    const before = this.#rows;
    this.#rows = this.#device.lasting(() => zeros(this.#device, [capacity * this.#width]));
    this.#copy(before.offset, this.#rows.offset, before.size);
  }

  load(slots: Int32Array, rows: number): void {
    const { offset } = this.#rows;
    for (let row = 0; row < rows; row++)
      this.#copy(offset + slots[row] * this.#width, this.place + row * this.#width, this.#width);
  }

  store(slots: Int32Array, rows: number): void {
    const { offset } = this.#rows;
    for (let row = 0; row < rows; row++)
      this.#copy(this.place + row * this.#width, offset + slots[row] * this.#width, this.#width);
  }

  stateOf(slot: number): SessionState {
    const heap = this.#device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    const place = this.#rows.offset + slot * this.#width;
    numbers.set(heap.subarray(place, place + this.#width));
    return bytes;
  }

  write(slot: number, state?: SessionState): void {
    const { heap, kernels } = this.#device;
    const place = this.#rows.offset + slot * this.#width;
    if (state) heap.floats().set(this.#format.read(state), place);
    else kernels.fill(place, 0, this.#width);
  }

  #copy(from: number, to: number, size: number): void {
    this.#device.kernels.copyRows({ x: from, y: to, n: size });
  }
}
