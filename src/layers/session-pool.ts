import { UnrolledError } from "../errors.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { requireSize } from "./module.ts";
import type { Recurrent } from "./recurrent-stack.ts";
import { ownerOf, requireForwards } from "./session-checks.ts";
import { type SessionState, StateFormat } from "./session-state.ts";
import { type StatePart, StepBlock, writeInitial } from "./step-block.ts";

/** Sessions that take their step together: enough for a product to reach its speed, few enough for the second-level cache. */
export const BLOCK_ROWS = 128;

/**
 * Many sessions over the same layers, which step together as one matrix product: they join and leave at any step, and those that a
 * step does not name stay where they are. Each has the numbers that it would have alone. A step is synchronous and allocates
 * nothing in the heap; only `open` takes more room, when there are more sessions than ever before.
 */
export class SessionPool {
  readonly layers: Recurrent;
  readonly #format: StateFormat;
  /** How wide each part of the state is, and how wide those before it are together. */
  readonly #widths: readonly number[];
  readonly #before: readonly number[];
  /** States of all sessions, part by part, [capacity, width] each. */
  #states: Tensor;
  #block: StepBlock;
  #capacity: number;
  #opened = 0;
  #used = 0;
  #steps = 0;
  readonly #free: number[] = [];
  readonly #collected = new FinalizationRegistry<number>((slot) => this.#release(slot));

  /**
   * @param options capacity: sessions there is room for at first, 16 if not given; owner: what a model that is built on these
   * layers calls itself in its states
   * @throws UnrolledError "invalid-argument" for layers that also read backwards
   */
  constructor(layers: Recurrent, options: { readonly capacity?: number; readonly owner?: string } = {}) {
    const { capacity = 16, owner } = options;
    requireSize("SessionPool", "capacity", capacity);
    requireForwards("SessionPool", layers);
    this.layers = layers;
    this.#capacity = capacity;
    this.#block = new StepBlock(layers, Math.min(capacity, BLOCK_ROWS));
    this.#widths = this.#block.parts.map(({ width }) => width);
    this.#before = this.#widths.map((_, part) => sum(this.#widths.slice(0, part)));
    this.#states = this.#room(capacity);
    this.#format = new StateFormat(ownerOf(layers, 1, owner), sum(this.#widths));
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#opened;
  }

  /** A session that joins, in a state that a session (of a pool, or alone with batch size 1) returned, or in the one that sequences begin with. */
  open(state?: SessionState): PooledSession {
    const numbers = state && this.#format.read(state);
    const slot = this.#free.pop() ?? this.#nextSlot();
    this.#opened += 1;
    const session = new PooledSession(this, slot);
    this.#collected.register(session, slot, session);
    this.#write(slot, numbers);
    return session;
  }

  /**
   * Reads one step of each of these sessions, inputs [sessions, I], and writes the last layer's h of each into outputs [sessions, P].
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of numbers, "invalid-argument" for a session that was closed, is
   * of another pool, or is named twice
   */
  step(sessions: readonly PooledSession[], inputs: Float32Array, outputs: Float32Array): void {
    const { device, inputSize, outputSize } = this.layers;
    const read = sessions.length * inputSize;
    const written = sessions.length * outputSize;
    if (inputs.length !== read || outputs.length !== written) {
      throw new UnrolledError(
        "shape-mismatch",
        `step: inputs and outputs have ${inputs.length} and ${outputs.length} numbers, needed ${read} and ${written} for ${sessions.length} sessions`,
      );
    }
    this.advance(
      sessions,
      (place, first, rows) => {
        device.heap.floats().set(inputs.subarray(first * inputSize, (first + rows) * inputSize), place);
        return place;
      },
      (h, first, rows) =>
        outputs.set(device.heap.floats().subarray(h, h + rows * outputSize), first * outputSize),
    );
  }

  /**
   * As `step` within the heap, for models built on it: `write` puts x [rows, I] of sessions `first` to first + rows − 1 at a place, or
   * returns another where it stands, and `read` finds their h [rows, P] at another; once for as many as step together, up to 128.
   */
  advance(
    sessions: readonly PooledSession[],
    write: (place: number, first: number, rows: number) => number,
    read: (h: number, first: number, rows: number) => void,
  ): void {
    this.#check(sessions);
    for (let first = 0; first < sessions.length; first += this.#block.rows) {
      const rows = Math.min(this.#block.rows, sessions.length - first);
      const place = write(this.#block.input, first, rows);
      const { slot } = sessions[first];
      if (this.#block.takesElsewhere(rows) && this.#runAt(sessions, first, rows) === rows) {
        const h = this.#block.advanceElsewhere(rows, place, (part) => this.#placeOf(part, slot));
        read(h, first, rows);
      } else {
        this.#move(sessions, first, rows, true);
        const h = this.#block.advance(rows, place);
        this.#move(sessions, first, rows, false);
        read(h, first, rows);
      }
    }
  }

  /** For sessions: a copy of one's state. */
  stateAt(slot: number): SessionState {
    const heap = this.layers.device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    for (const [part, width] of this.#widths.entries()) {
      const place = this.#placeOf(part, slot);
      numbers.set(heap.subarray(place, place + width), this.#before[part]);
    }
    return bytes;
  }

  /** For sessions: goes on from a state, or begins anew. */
  setStateAt(slot: number, state: SessionState | undefined): void {
    this.#write(slot, state && this.#format.read(state));
  }

  /** For sessions: gives up one's place. */
  leave(session: PooledSession, slot: number): void {
    this.#collected.unregister(session);
    this.#release(slot);
  }

  #release(slot: number): void {
    this.#free.push(slot);
    this.#opened -= 1;
  }

  #nextSlot(): number {
    if (this.#used === this.#capacity) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const { kernels } = this.layers.device;
    const before = this.#states;
    const filled = this.#capacity;
    this.#capacity *= 2;
    this.#states = this.#room(this.#capacity);
    for (const [part, width] of this.#widths.entries()) {
      const from = before.offset + filled * this.#before[part];
      kernels.copyRows(from, 0, this.#placeOf(part, 0), 0, 1, filled * width, 0);
    }
    const rows = Math.min(this.#capacity, BLOCK_ROWS);
    if (rows > this.#block.rows) this.#block = new StepBlock(this.layers, rows);
  }

  #room(capacity: number): Tensor {
    const { device } = this.layers;
    return device.lasting(() => zeros(device, [capacity * sum(this.#widths)]));
  }

  #placeOf(part: number, slot: number): number {
    return this.#states.offset + this.#capacity * this.#before[part] + slot * this.#widths[part];
  }

  #write(slot: number, numbers: Float32Array | Float64Array | undefined): void {
    const heap = this.layers.device.heap.floats();
    for (const [index, part] of this.#block.parts.entries()) {
      const place = this.#placeOf(index, slot);
      const before = this.#before[index];
      if (numbers) heap.set(numbers.subarray(before, before + part.width), place);
      else writeInitial(this.layers, part, place);
    }
  }

  /** Copies the states of some sessions into the block or back, those that stand next to each other at once. */
  #move(sessions: readonly PooledSession[], first: number, rows: number, into: boolean): void {
    const { kernels } = this.layers.device;
    const { parts } = this.#block;
    for (let row = 0; row < rows; ) {
      const { slot } = sessions[first + row];
      const run = this.#runAt(sessions, first + row, rows - row);
      for (let part = 0; part < parts.length; part++) {
        const { place, width }: StatePart = parts[part];
        const inBlock = place + row * width;
        const inPool = this.#placeOf(part, slot);
        if (into) kernels.copyRows(inPool, 0, inBlock, 0, 1, run * width, 0);
        else kernels.copyRows(inBlock, 0, inPool, 0, 1, run * width, 0);
      }
      row += run;
    }
  }

  /** How many of the next sessions, `most` at most, stand one after the other. */
  #runAt(sessions: readonly PooledSession[], first: number, most: number): number {
    const { slot } = sessions[first];
    let run = 1;
    while (run < most && sessions[first + run].slot === slot + run) run++;
    return run;
  }

  #check(sessions: readonly PooledSession[]): void {
    this.#steps += 1;
    for (const [index, session] of sessions.entries()) {
      const problem =
        session.pool !== this
          ? "is of another pool"
          : session.slot < 0
            ? "was closed"
            : session.lastStep === this.#steps
              ? "is named twice"
              : undefined;
      if (problem) throw new UnrolledError("invalid-argument", `step: session ${index} ${problem}`);
      session.lastStep = this.#steps;
    }
  }
}

/** One stream of a `SessionPool`. It leaves when it is closed, or when nothing refers to it any more. */
export class PooledSession {
  readonly pool: SessionPool;
  /** For the pool: where its state stands, −1 once it has left. */
  slot: number;
  /** For the pool: the last step that named it. */
  lastStep = 0;

  /** Made by `SessionPool.open`. */
  constructor(pool: SessionPool, slot: number) {
    this.pool = pool;
    this.slot = slot;
  }

  /** A copy of its state, as bytes that `open`, `restore` and a `RecurrentSession` of batch size 1 take. */
  state(): SessionState {
    return this.pool.stateAt(this.#place("state"));
  }

  /** Goes on from a state. */
  restore(state: SessionState): void {
    this.pool.setStateAt(this.#place("restore"), state);
  }

  /** Goes back to the state that sessions begin with. */
  reset(): void {
    this.pool.setStateAt(this.#place("reset"), undefined);
  }

  /** Another session of the pool, in the same state, that goes its own way from here. */
  fork(): PooledSession {
    return this.pool.open(this.state());
  }

  /** Leaves the pool. Closing twice is once. */
  close(): void {
    if (this.slot < 0) return;
    this.pool.leave(this, this.slot);
    this.slot = -1;
  }

  #place(call: string): number {
    if (this.slot >= 0) return this.slot;
    throw new UnrolledError("invalid-argument", `${call}: this session was closed`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
