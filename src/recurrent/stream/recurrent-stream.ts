import { requireSize } from "../../module/module.ts";
import type { CarriedState } from "../../session/carried-rows.ts";
import { type SessionState, StateFormat } from "../../session/session-state.ts";
import type { RecurrentStack } from "../recurrent-stack.ts";
import { ownerOf, requireForwards } from "./session-checks.ts";
import { StepBlock } from "./step-block.ts";

/**
 * One stream, or B of them side by side, within the heap: what sessions over layers, and over models that are built on them, are made of. Its steps take addresses, which is why no public name gives it out.
 */
export class RecurrentStream implements CarriedState {
  readonly layers: RecurrentStack;
  /** B. */
  readonly batchSize: number;
  readonly #block: StepBlock;
  readonly #owner: string;
  #format: StateFormat | undefined;

  /**
   * @param call whose constructor this is
   * @param owner what a model that is built on these layers calls itself in its states
   */
  constructor(call: string, layers: RecurrentStack, batchSize: number, owner = "") {
    requireSize(call, "batchSize", batchSize);
    requireForwards(call, layers);
    this.layers = layers;
    this.batchSize = batchSize;
    this.#block = new StepBlock(layers, batchSize);
    this.#owner = owner;
  }

  /** Where the input of the next step is best put, [B, I]. */
  get input(): number {
    return this.#block.input;
  }

  /**
   * Reads x [B, I] at an offset and returns that of the last layer's h [B, P]. `firstSums` may give x·W_ih + b_ih [B, G·H] of the
   * first layer where a model knows it already.
   */
  advance(input: number, firstSums?: number): number {
    return this.#block.advance(this.batchSize, input, firstSums);
  }

  /** Goes back to the state that it began with: zeros, or what the layers have learnt. */
  reset(): void {
    this.#block.reset();
  }

  /** A copy of the state after the last step, as bytes. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState {
    const heap = this.layers.device.heap.floats();
    const { bytes, numbers } = this.#stateFormat().begin(heap);
    let at = 0;
    for (const { place, width } of this.#block.parts) {
      numbers.set(heap.subarray(place, place + width * this.batchSize), at);
      at += width * this.batchSize;
    }
    return bytes;
  }

  /**
   * Goes back to a state that `state` returned, of this session or another one over layers of the same sizes.
   *
   * @throws UnrolledError "shape-mismatch" for a state of other layers, "invalid-argument" for what is no state
   */
  restore(state: SessionState): void {
    const numbers = this.#stateFormat().read(state);
    const heap = this.layers.device.heap.floats();
    let at = 0;
    for (const { place, width } of this.#block.parts) {
      heap.set(numbers.subarray(at, at + width * this.batchSize), place);
      at += width * this.batchSize;
    }
  }

  /** Made when a state is first asked for: many streams end before. */
  #stateFormat(): StateFormat {
    if (this.#format) return this.#format;
    const numbers = this.#block.parts.reduce((sum, { width }) => sum + width * this.batchSize, 0);
    this.#format = new StateFormat(ownerOf(this.layers, this.batchSize, this.#owner), numbers);
    return this.#format;
  }
}
