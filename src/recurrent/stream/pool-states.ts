import { requireSize } from "../../module/module.ts";
import type { PoolPart } from "../../session/pool-parts.ts";
import { type SessionState, StateFormat } from "../../session/session-state.ts";
import { BLOCK_ROWS } from "../../session/step-pool.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type { RecurrentStack } from "../recurrent-stack.ts";
import { ownerOf, requireForwards } from "./session-checks.ts";
import { type StatePart, StepBlock, writeInitial } from "./step-block.ts";

/**
 * The states of many sessions over the same layers, within the heap: what pools over layers, and over models that are built on them, are made of. A session is any object that was opened here; its place is known by it, and given up with it.
 */
export class PoolStates implements PoolPart {
  readonly layers: RecurrentStack;
  readonly #format: StateFormat;
  /** How wide each part of the state is, and how wide those before it are together. */
  readonly #widths: readonly number[];
  readonly #before: readonly number[];
  /** States of all sessions, part by part, [capacity, width] each. */
  #states: Tensor;
  #block: StepBlock;
  #capacity: number;
  #used = 0;
  readonly #free: number[] = [];
  readonly #places = new WeakMap<object, number>();
  /** Those of the sessions that step. */
  readonly #slots: number[] = [];
  readonly #collected = new FinalizationRegistry<number>((slot) => this.#free.push(slot));

  /**
   * @param call whose constructor this is
   * @param owner what a model that is built on these layers calls itself in its states
   */
  constructor(call: string, layers: RecurrentStack, capacity: number, owner?: string) {
    requireSize(call, "capacity", capacity);
    requireForwards(call, layers);
    this.layers = layers;
    this.#capacity = capacity;
    this.#block = new StepBlock(layers, Math.min(capacity, BLOCK_ROWS));
    this.#widths = this.#block.parts.map(({ width }) => width);
    this.#before = this.#widths.map((_, part) => sum(this.#widths.slice(0, part)));
    this.#states = this.#room(capacity);
    this.#format = new StateFormat(ownerOf(layers, 1, owner), sum(this.#widths));
  }

  /** A session joins, in a state that a session returned, or in the one that sequences begin with. */
  open(session: object, state?: SessionState): void {
    const numbers = state && this.#format.read(state);
    const slot = this.#free.pop() ?? this.#nextSlot();
    this.#places.set(session, slot);
    this.#collected.register(session, slot, session);
    this.#write(slot, numbers);
  }

  /**
   * Takes a step with some sessions: `write` puts x [rows, I] of sessions `first` to first + rows − 1 at a place, or returns another
   * where it stands, and `read` finds their h [rows, P] at another; once for as many as step together, up to 128.
   */
  advance(
    sessions: readonly object[],
    write: (place: number, first: number, rows: number) => number,
    read: (h: number, first: number, rows: number) => void,
  ): void {
    const slots = this.#slots;
    for (let index = 0; index < sessions.length; index++) slots[index] = this.#places.get(sessions[index])!;
    for (let first = 0; first < sessions.length; first += this.#block.rows) {
      const rows = Math.min(this.#block.rows, sessions.length - first);
      const place = write(this.#block.input, first, rows);
      if (this.#block.takesElsewhere(rows) && this.#runAt(first, rows) === rows) {
        const h = this.#block.advanceElsewhere(rows, place, (part) => this.#placeOf(part, slots[first]));
        read(h, first, rows);
      } else {
        this.#move(first, rows, true);
        const h = this.#block.advance(rows, place);
        this.#move(first, rows, false);
        read(h, first, rows);
      }
    }
  }

  /** A copy of a session's state. */
  stateOf(session: object): SessionState {
    const slot = this.#places.get(session)!;
    const heap = this.layers.device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    for (const [part, width] of this.#widths.entries()) {
      const place = this.#placeOf(part, slot);
      numbers.set(heap.subarray(place, place + width), this.#before[part]);
    }
    return bytes;
  }

  /** A session goes on from a state. */
  restore(session: object, state: SessionState): void {
    this.#write(this.#places.get(session)!, this.#format.read(state));
  }

  /** A session begins anew. */
  reset(session: object): void {
    this.#write(this.#places.get(session)!, undefined);
  }

  /** A session gives up its place, if it has one. */
  leave(session: object): void {
    const slot = this.#places.get(session);
    if (slot === undefined) return;
    this.#collected.unregister(session);
    this.#places.delete(session);
    this.#free.push(slot);
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
      kernels.copyRows({ x: from, y: this.#placeOf(part, 0), n: filled * width });
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
  #move(first: number, rows: number, into: boolean): void {
    const { kernels } = this.layers.device;
    const { parts } = this.#block;
    for (let row = 0; row < rows; ) {
      const slot = this.#slots[first + row];
      const run = this.#runAt(first + row, rows - row);
      for (let part = 0; part < parts.length; part++) {
        const { place, width }: StatePart = parts[part];
        const inBlock = place + row * width;
        const inPool = this.#placeOf(part, slot);
        if (into) kernels.copyRows({ x: inPool, y: inBlock, n: run * width });
        else kernels.copyRows({ x: inBlock, y: inPool, n: run * width });
      }
      row += run;
    }
  }

  /** How many of the next sessions, `most` at most, stand one after the other. */
  #runAt(first: number, most: number): number {
    const slot = this.#slots[first];
    let run = 1;
    while (run < most && this.#slots[first + run] === slot + run) run++;
    return run;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
