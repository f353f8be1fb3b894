import type { NextToken } from "../decoding/next-token.ts";
import { UnrolledError } from "../errors.ts";
import { RecurrentStream } from "../layers/recurrent-stream.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { isWhole } from "../whole-numbers.ts";
import type { LanguageModel } from "./language-model.ts";

/** Tokens in the vocabulary up to which the first layer's input sums are kept for each. */
const MOST_TABLED = 512;

/**
 * Reads one token after the other with a language model (batch 1, dropout off) and gives the logits of the next: embedding,
 * one step of the recurrent layers, decoder. A step allocates nothing in the heap.
 */
export class LanguageModelSession implements NextToken {
  readonly vocabularySize: number;
  readonly #model: LanguageModel;
  readonly #layers: RecurrentStream;
  readonly #inHeap: Tensor;
  readonly #embedding: Tensor;
  readonly #logits: Float32Array;
  #table: Tensor | undefined;
  #tableVersions = -1;

  constructor(model: LanguageModel) {
    const { device, config } = model;
    this.vocabularySize = config.vocabularySize;
    this.#model = model;
    this.#layers = new RecurrentStream("LanguageModelSession", model.rnn, 1, ownerOfModel(model));
    this.#inHeap = device.lasting(() => zeros(device, [config.vocabularySize]));
    this.#embedding = device.lasting(() => zeros(device, [config.embeddingSize + 1]));
    this.#logits = new Float32Array(config.vocabularySize);
  }

  reset(): void {
    this.#layers.reset();
  }

  step(tokenId: number): Float32Array {
    const { device, decoder } = this.#model;
    if (!isWhole(tokenId, 0, this.vocabularySize - 1)) {
      throw new UnrolledError(
        "invalid-argument",
        `step: token id is ${tokenId}, needed 0 to ${this.vocabularySize - 1}`,
      );
    }
    const firstSums = this.#firstSumsOf(tokenId);
    const h = this.#layers.advance(firstSums === undefined ? this.#embeddingOf(tokenId) : 0, firstSums);
    const { weight, bias } = decoder;
    const [n, k] = weight.shape;
    const { offset } = this.#inHeap;
    device.kernels.gemm(h, k, 1, packed(weight, "transposed"), bias?.offset ?? 0, offset, n, 1, n, k, 0);
    this.#logits.set(device.heap.floats().subarray(offset, offset + n));
    return this.#logits;
  }

  /** Where the vector of a token stands; one in fewer bits is widened there first. */
  #embeddingOf(tokenId: number): number {
    const { device, encoder } = this.#model;
    const [rows, width] = encoder.weight.shape;
    if (!encoder.weight.storage.narrow) return encoder.weight.offset + tokenId * width;
    const { offset } = this.#embedding;
    const id = offset + width;
    device.heap.ints()[id] = tokenId;
    device.kernels.gatherPacked(packed(encoder.weight, "transposed"), id, offset, 1, width, rows);
    return offset;
  }

  /** The first layer's input sums depend on the token alone: with a small vocabulary they are worked out once for all tokens. */
  #firstSumsOf(tokenId: number): number | undefined {
    const { device, encoder, rnn } = this.#model;
    if (this.vocabularySize > MOST_TABLED) return undefined;
    const { weightIh, biasIh } = rnn.layerWeights(0);
    const [n, k] = weightIh.shape;
    const versions = [encoder.weight, weightIh, biasIh].reduce(
      (sum, weight) => sum + (weight?.storage.version ?? 0),
      0,
    );
    this.#table ??= device.lasting(() => zeros(device, [this.vocabularySize, n]));
    const { offset } = this.#table;
    if (versions !== this.#tableVersions) {
      const weight = packed(weightIh, "transposed");
      const bias = biasIh?.offset ?? 0;
      for (let token = 0; token < this.vocabularySize; token++) {
        const x = this.#embeddingOf(token);
        device.kernels.gemm(x, k, 1, weight, bias, offset + token * n, n, 1, n, k, 0);
      }
      this.#tableVersions = versions;
    }
    return offset + tokenId * n;
  }

  /** A copy of the state after the last token, as bytes. */
  state(): SessionState {
    return this.#layers.state();
  }

  /** Goes back to a state that `state` returned, of a session over a model of the same sizes. */
  restore(snapshot: SessionState): void {
    this.#layers.restore(snapshot);
  }

  /** Another session over the same model, in the same state, that goes its own way from here. */
  fork(): LanguageModelSession {
    const other = new LanguageModelSession(this.#model);
    other.restore(this.state());
    return other;
  }
}

/** What a language model's states call it. */
export function ownerOfModel({ config }: LanguageModel): string {
  return `language model V ${config.vocabularySize}`;
}
