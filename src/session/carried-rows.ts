import type { Device } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type SessionState, StateFormat } from "./session-state.ts";

/** What a layer carries from step to step. */
export interface CarriedState {
  reset(): void;
  state(): SessionState;
  restore(state: SessionState): void;
}

/** Rows [rows, width] that a session carries from step to step, zeros at first. */
export class CarriedRows implements CarriedState {
  readonly #room: Tensor;
  readonly #format: StateFormat;

  /** @param owner whose they are, in words */
  constructor(device: Device, rows: number, width: number, owner: string) {
    this.#room = device.lasting(() => zeros(device, [rows * width]));
    this.#format = new StateFormat(`${owner}, B ${rows}`, rows * width);
  }

  get place(): number {
    return this.#room.offset;
  }

  reset(): void {
    const { device, offset, size } = this.#room;
    device.kernels.fill(offset, 0, size);
  }

  state(): SessionState {
    const { device, offset, size } = this.#room;
    const heap = device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    numbers.set(heap.subarray(offset, offset + size));
    return bytes;
  }

  restore(state: SessionState): void {
    const { device, offset } = this.#room;
    device.heap.floats().set(this.#format.read(state), offset);
  }
}
