import { type SessionState, StateFormat } from "../layers/session-state.ts";
import type { Device } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Rows that many sessions carry from step to step, one each, zeros at first; a step finds those of its sessions side by side. */
export class RowPool {
  readonly device: Device;
  readonly width: number;
  readonly format: StateFormat;
  readonly #block: Tensor;
  #rows: Tensor;
  #capacity: number;
  #used = 0;
  readonly #free: number[] = [];

  /** @param batch the most sessions that step together; owner: whose they are, in words */
  constructor(device: Device, capacity: number, batch: number, width: number, owner: string) {
    this.device = device;
    this.width = width;
    this.format = new StateFormat(`${owner}, B 1`, width);
    this.#capacity = capacity;
    this.#block = device.lasting(() => zeros(device, [batch * width]));
    this.#rows = device.lasting(() => zeros(device, [capacity * width]));
  }

  /** Where the rows of the sessions that step stand. */
  get place(): number {
    return this.#block.offset;
  }

  /** A row that joins, in a state that one returned or zero. */
  open(state?: SessionState): PooledRow {
    const numbers = state && this.format.read(state);
    const row = new PooledRow(this, this.#free.pop() ?? this.#nextSlot());
    this.write(row.slot, numbers);
    return row;
  }

  /** Copies the rows of some sessions to where a step reads and writes them. */
  load(rows: readonly PooledRow[]): void {
    for (const [at, { slot }] of rows.entries())
      this.#copy(this.placeOf(slot), this.place + at * this.width, this.width);
  }

  /** Copies them back. */
  store(rows: readonly PooledRow[]): void {
    for (const [at, { slot }] of rows.entries())
      this.#copy(this.place + at * this.width, this.placeOf(slot), this.width);
  }

  /** For rows: where one stands. */
  placeOf(slot: number): number {
    return this.#rows.offset + slot * this.width;
  }

  /** For rows: overwrites one. */
  write(slot: number, numbers: Float32Array | Float64Array | undefined): void {
    const place = this.placeOf(slot);
    if (numbers) this.device.heap.floats().set(numbers, place);
    else this.device.kernels.fill(place, 0, this.width);
  }

  /** For rows: gives up one's place. */
  leave(slot: number): void {
    this.#free.push(slot);
  }

  #nextSlot(): number {
    if (this.#used === this.#capacity) {
      const before = this.#rows;
      this.#rows = this.device.lasting(() => zeros(this.device, [2 * before.size]));
      this.#copy(before.offset, this.#rows.offset, before.size);
      this.#capacity *= 2;
    }
    return this.#used++;
  }

  #copy(from: number, to: number, size: number): void {
    this.device.kernels.copyRows(from, 0, to, 0, 1, size, 0);
  }
}

/** One session's row. */
export class PooledRow {
  readonly slot: number;
  readonly #pool: RowPool;

  /** Made by `RowPool.open`. */
  constructor(pool: RowPool, slot: number) {
    this.#pool = pool;
    this.slot = slot;
  }

  state(): SessionState {
    const heap = this.#pool.device.heap.floats();
    const { bytes, numbers } = this.#pool.format.begin(heap);
    const place = this.#pool.placeOf(this.slot);
    numbers.set(heap.subarray(place, place + this.#pool.width));
    return bytes;
  }

  restore(state: SessionState): void {
    this.#pool.write(this.slot, this.#pool.format.read(state));
  }

  reset(): void {
    this.#pool.write(this.slot, undefined);
  }

  close(): void {
    this.#pool.leave(this.slot);
  }
}
