import { requireSize } from "../../module/module.ts";
import { BLOCK_ROWS, type PoolPart } from "../../session/pool-parts.ts";
import { type SessionState, StateFormat } from "../../session/session-state.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type { RecurrentStack } from "../recurrent-stack.ts";
import { ownerOf, requireForwards } from "./session-checks.ts";
import { type StatePart, StepBlock, writeInitial } from "./step-block.ts";

/**
 * The states of many sessions over the same layers, within the heap: what pools over layers, and over models that are built on them,
 * are made of.
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

  /** Where the input of the next step is best put, [rows, I]. */
  get input(): number {
    return this.#block.input;
  }

  /** Takes a step with the sessions in the first `rows` of some slots: reads x [rows, I] and returns where h [rows, P] stands. */
  advance(slots: Int32Array, rows: number, x: number): number {
    if (this.#block.takesElsewhere(rows) && runAt(slots, 0, rows) === rows)
      return this.#block.advanceElsewhere(rows, x, (part) => this.#placeOf(part, slots[0]));
    this.#move(slots, rows, true);
    const h = this.#block.advance(rows, x);
    this.#move(slots, rows, false);
    return h;
  }

  stateOf(slot: number): SessionState {
    const heap = this.layers.device.heap.floats();
    const { bytes, numbers } = this.#format.begin(heap);
    for (const [part, width] of this.#widths.entries()) {
      const place = this.#placeOf(part, slot);
      numbers.set(heap.subarray(place, place + width), this.#before[part]);
    }
    return bytes;
  }

  write(slot: number, state?: SessionState): void {
    const numbers = state && this.#format.read(state);
    const heap = this.layers.device.heap.floats();
    for (const [index, part] of this.#block.parts.entries()) {
      const place = this.#placeOf(index, slot);
      const before = this.#before[index];
      if (numbers) heap.set(numbers.subarray(before, before + part.width), place);
      else writeInitial(this.layers, part, place);
    }
  }

  grow(capacity: number): void {
    const { kernels } = this.layers.device;
    const before = this.#states;
    const filled = this.#capacity;
    this.#capacity = capacity;
    this.#states = this.#room(capacity);
    for (const [part, width] of this.#widths.entries()) {
      const from = before.offset + filled * this.#before[part];
      kernels.copyRows({ x: from, y: this.#placeOf(part, 0), n: filled * width });
    }
    const rows = Math.min(capacity, BLOCK_ROWS);
    if (rows > this.#block.rows) this.#block = new StepBlock(this.layers, rows);
  }

  #room(capacity: number): Tensor {
    const { device } = this.layers;
    return device.lasting(() => zeros(device, [capacity * sum(this.#widths)]));
  }

  #placeOf(part: number, slot: number): number {
    return this.#states.offset + this.#capacity * this.#before[part] + slot * this.#widths[part];
  }

  /** Copies the states of some sessions into the block or back, those that stand next to each other at once. */
  #move(slots: Int32Array, rows: number, into: boolean): void {
    const { kernels } = this.layers.device;
    const { parts } = this.#block;
    for (let row = 0; row < rows; ) {
      const run = runAt(slots, row, rows - row);
      for (let part = 0; part < parts.length; part++) {
        const { place, width }: StatePart = parts[part];
        const inBlock = place + row * width;
        const inPool = this.#placeOf(part, slots[row]);
        if (into) kernels.copyRows({ x: inPool, y: inBlock, n: run * width });
        else kernels.copyRows({ x: inBlock, y: inPool, n: run * width });
      }
      row += run;
    }
  }
}

/** How many slots from one on, `most` at most, stand one after the other. */
function runAt(slots: Int32Array, first: number, most: number): number {
  let run = 1;
  while (run < most && slots[first + run] === slots[first] + run) run++;
  return run;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
