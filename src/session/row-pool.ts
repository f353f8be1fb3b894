import type { Device } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { PoolPart } from "./pool-parts.ts";
import { type SessionState, StateFormat } from "./session-state.ts";

/**
 * Rows that many sessions carry from step to step, one each, zeros at first; a step finds those of its sessions side by side. A session
 * is any object that was opened here, and its row is given up with it.
 */
export class RowPool implements PoolPart {
  readonly #device: Device;
  readonly #width: number;
  readonly #format: StateFormat;
  readonly #block: Tensor;
  #rows: Tensor;
  #capacity: number;
  #used = 0;
  readonly #free: number[] = [];
  readonly #slots = new WeakMap<object, number>();
  readonly #collected = new FinalizationRegistry<number>((slot) => this.#free.push(slot));

  /** @param batch the most sessions that step together; owner: whose they are, in words */
  constructor(device: Device, capacity: number, batch: number, width: number, owner: string) {
    this.#device = device;
    this.#width = width;
    this.#format = new StateFormat(`${owner}, B 1`, width);
    this.#capacity = capacity;
    this.#block = device.lasting(() => zeros(device, [batch * width]));
    this.#rows = device.lasting(() => zeros(device, [capacity * width]));
  }

  /** Where the rows of the sessions that step stand. */
  get place(): number {
    return this.#block.offset;
  }

  /** A session joins, with a row that one returned or zeros. */
  open(session: object, state?: SessionState): void {
    const numbers = state && this.#format.read(state);
    const slot = this.#free.pop() ?? this.#nextSlot();
    this.#slots.set(session, slot);
    this.#collected.register(session, slot, session);
    this.#write(session, numbers);
  }

  /** Copies the rows of some sessions to where a step reads and writes them. */
  load(sessions: readonly object[]): void {
    for (let at = 0; at < sessions.length; at++)
      this.#copy(this.#placeOf(sessions[at]), this.place + at * this.#width, this.#width);
  }

  /** Copies them back. */
  store(sessions: readonly object[]): void {
    for (let at = 0; at < sessions.length; at++)
      this.#copy(this.place + at * this.#width, this.#placeOf(sessions[at]), this.#width);
  }

  /** A copy of a session's row. */
  stateOf(session: object): SessionState {
    const heap = this.#device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    const place = this.#placeOf(session);
    numbers.set(heap.subarray(place, place + this.#width));
    return bytes;
  }

  /** A session goes on from a state. */
  restore(session: object, state: SessionState): void {
    this.#write(session, this.#format.read(state));
  }

  /** A session begins anew. */
  reset(session: object): void {
    this.#write(session, undefined);
  }

  /** A session gives up its row, if it has one. */
  leave(session: object): void {
    const slot = this.#slots.get(session);
    if (slot === undefined) return;
    this.#collected.unregister(session);
    this.#slots.delete(session);
    this.#free.push(slot);
  }

  #placeOf(session: object): number {
    return this.#rows.offset + this.#slots.get(session)! * this.#width;
  }

  #write(session: object, numbers: Float32Array | Float64Array | undefined): void {
    const { heap, kernels } = this.#device;
    const place = this.#placeOf(session);
    if (numbers) heap.floats().set(numbers, place);
    else kernels.fill(place, 0, this.#width);
  }

  #nextSlot(): number {
    if (this.#used === this.#capacity) {
      const before = this.#rows;
      this.#rows = this.#device.lasting(() => zeros(this.#device, [2 * before.size]));
      this.#copy(before.offset, this.#rows.offset, before.size);
      this.#capacity *= 2;
    }
    return this.#used++;
  }

  #copy(from: number, to: number, size: number): void {
    this.#device.kernels.copyRows({ x: from, y: to, n: size });
  }
}
