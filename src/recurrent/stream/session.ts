import { UnrolledError } from "../../errors.ts";
import type { Recurrent } from "../recurrent-stack.ts";
import { RecurrentStream } from "./recurrent-stream.ts";
import type { SessionState } from "./session-state.ts";

/**
 * Reads one step at a time with the layers of an `RNN`, `LSTM`, `GRU` or `MGU`, as data arrives: the state stays from call to call,
 * dropout and noise are off, and zoneout is what it is on average. All room is taken at the start, so that a step is synchronous and allocates nothing in the heap. The weights are
 * the layers' own, seen as they are at each step, and any number of sessions share them.
 */
export class RecurrentSession {
  readonly layers: Recurrent;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #stream: RecurrentStream;

  /** @throws UnrolledError "invalid-argument" for layers that also read backwards, since those need the whole sequence */
  constructor(layers: Recurrent, options: { readonly batchSize?: number } = {}) {
    const { batchSize = 1 } = options;
    this.#stream = new RecurrentStream("RecurrentSession", layers, batchSize);
    this.layers = layers;
    this.batchSize = batchSize;
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
    const place = this.#stream.input;
    device.heap.floats().set(input, place);
    const h = this.#stream.advance(place);
    const numbers = device.heap.floats();
    for (let index = 0; index < written; index++) output[index] = numbers[h + index];
  }

  /** Goes back to the state that it began with: zeros, or what the layers have learnt. */
  reset(): void {
    this.#stream.reset();
  }

  /** A copy of the state after the last step, as bytes. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState {
    return this.#stream.state();
  }

  /**
   * Goes back to a state that `state` returned, of this session or another one over layers of the same sizes.
   *
   * @throws UnrolledError "shape-mismatch" for a state of other layers, "invalid-argument" for what is no state
   */
  restore(state: SessionState): void {
    this.#stream.restore(state);
  }

  /** Another session over the same layers, in the same state, that goes its own way from here. */
  fork(): RecurrentSession {
    const other = new RecurrentSession(this.layers, { batchSize: this.batchSize });
    other.restore(this.state());
    return other;
  }
}
