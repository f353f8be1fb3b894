import { UnrolledError } from "../errors.ts";
import { requireSize } from "./module.ts";
import type { Recurrent } from "./recurrent-stack.ts";
import { ownerOf, requireForwards } from "./session-checks.ts";
import { type SessionState, StateFormat } from "./session-state.ts";
import { StepBlock } from "./step-block.ts";

/**
 * Reads one step at a time with the layers of an `RNN`, `LSTM`, `GRU` or `MGU`, as data arrives: the state stays from call to call,
 * dropout and noise are off, and zoneout is what it is on average. All room is taken at the start, so that a step is synchronous and allocates nothing in the heap. The weights are
 * the layers' own, seen as they are at each step, and any number of sessions share them.
 */
export class RecurrentSession {
  readonly layers: Recurrent;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #block: StepBlock;
  readonly #format: StateFormat;
  readonly #owner: string;

  /**
   * @param options owner: what a model that is built on these layers calls itself in its states
   * @throws UnrolledError "invalid-argument" for layers that also read backwards, since those need the whole sequence
   */
  constructor(layers: Recurrent, options: { readonly batchSize?: number; readonly owner?: string } = {}) {
    const { batchSize = 1, owner = "" } = options;
    requireSize("RecurrentSession", "batchSize", batchSize);
    requireForwards("RecurrentSession", layers);
    this.layers = layers;
    this.batchSize = batchSize;
    this.#owner = owner;
    this.#block = new StepBlock(layers, batchSize);
    const numbers = this.#block.parts.reduce((sum, { width }) => sum + width * batchSize, 0);
    this.#format = new StateFormat(ownerOf(layers, batchSize, owner), numbers);
  }

  /** Reads one step, x [B, I], and writes the last layer's h [B, P] into `output`. */
  step(input: Float32Array, output: Float32Array): void {
    const { device, inputSize, outputSize } = this.layers;
    const read = this.batchSize * inputSize;
    const written = this.batchSize * outputSize;
    if (input.length !== read || output.length !== written) {
      throw new UnrolledError(
        "shape-mismatch",
        `step: input and output have ${input.length} and ${output.length} numbers, needed ${read} and ${written}`,
      );
    }
    const place = this.#block.input;
    device.heap.floats().set(input, place);
    const h = this.advance(place);
    const numbers = device.heap.floats();
    for (let index = 0; index < written; index++) output[index] = numbers[h + index];
  }

  /**
   * As `step` within the heap, for models built on it: reads x [B, I] at an offset and returns that of the last layer's h [B, P].
   * `firstSums` may give x·W_ih + b_ih [B, G·H] of the first layer where a model knows it already.
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
    const { bytes, numbers } = this.#format.begin(heap);
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
    const numbers = this.#format.read(state);
    const heap = this.layers.device.heap.floats();
    let at = 0;
    for (const { place, width } of this.#block.parts) {
      heap.set(numbers.subarray(at, at + width * this.batchSize), place);
      at += width * this.batchSize;
    }
  }

  /** Another session over the same layers, in the same state, that goes its own way from here. */
  fork(): RecurrentSession {
    const other = new RecurrentSession(this.layers, { batchSize: this.batchSize, owner: this.#owner });
    other.restore(this.state());
    return other;
  }
}
