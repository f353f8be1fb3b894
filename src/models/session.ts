import type { NextToken } from "../decoding/next-token.ts";
import { UnrolledError } from "../errors.ts";
import type { StepPlaces } from "../layers/cell.ts";
import { packed } from "../tensor/operations/products.ts";
import { zeros } from "../tensor/tensor.ts";
import type { LanguageModel } from "./language-model.ts";

/** A layer's part of a session: where its state and its sums stand. */
interface SessionLayer {
  readonly index: number;
  readonly input: number;
  readonly step: StepPlaces;
}

/**
 * Reads one token after the other with a language model (batch 1, dropout off) and gives the logits of the next. All room is
 * taken at the start: a step allocates nothing in the heap. The weights are the model's, seen as they are at each step.
 */
export class LanguageModelSession implements NextToken {
  readonly vocabularySize: number;
  readonly #model: LanguageModel;
  readonly #layers: readonly SessionLayer[];
  readonly #room: ReturnType<typeof zeros>;
  readonly #stateSize: number;
  readonly #logitsStart: number;
  readonly #logits: Float32Array;

  constructor(model: LanguageModel) {
    const { numLayers, hiddenSize, embeddingSize, vocabularySize } = model.config;
    const { cell } = model.rnn;
    const aligned = (size: number) => Math.ceil(size / 16) * 16;
    const state = aligned(hiddenSize);
    const gates = aligned(cell.gates * hiddenSize);
    this.vocabularySize = vocabularySize;
    this.#model = model;
    this.#stateSize = numLayers * 2 * state;
    this.#logitsStart = this.#stateSize + 2 * gates;
    // States of all layers (h then c), then the sums of one layer at a time, then the logits.
    this.#room = model.device.lasting(() => zeros(model.device, [this.#logitsStart + vocabularySize]));
    this.#logits = new Float32Array(vocabularySize);
    const start = this.#room.offset;
    this.#layers = Array.from({ length: numLayers }, (_, index) => {
      const h = start + index * 2 * state;
      const c = h + state;
      const sums = start + this.#stateSize;
      return {
        index,
        input: index === 0 ? embeddingSize : hiddenSize,
        // Each entry of a state is read before it is written, so that before and after can share their room.
        step: {
          sums,
          recurrent: sums + gates,
          hBefore: h,
          h,
          cBefore: c,
          c,
          lengths: 0,
          t: 0,
          batch: 1,
          hidden: hiddenSize,
        },
      };
    });
  }

  reset(): void {
    this.#model.device.kernels.fill(this.#room.offset, 0, this.#stateSize);
  }

  step(tokenId: number): Float32Array {
    const model = this.#model;
    const { kernels, heap } = model.device;
    const { cell } = model.rnn;
    if (!(tokenId >= 0 && tokenId < this.vocabularySize)) {
      throw new UnrolledError(
        "invalid-argument",
        `step: token id is ${tokenId}, needed 0 to ${this.vocabularySize - 1}`,
      );
    }
    let x = model.encoder.weight.offset + tokenId * model.config.embeddingSize;
    for (const { index, input, step } of this.#layers) {
      const { weightIh, weightHh, biasIh, biasHh } = model.rnn.layerWeights(index);
      const n = cell.gates * step.hidden;
      const recurrent = cell.splitsSums ? step.recurrent : step.sums;
      kernels.gemm(x, input, 1, packed(weightIh, "transposed"), biasIh!.offset, step.sums, n, 1, n, input, 0);
      if (!cell.splitsSums) kernels.addScaled(biasHh!.offset, 1, step.sums, n);
      kernels.gemm(
        step.hBefore,
        step.hidden,
        1,
        packed(weightHh, "transposed"),
        biasHh!.offset,
        recurrent,
        n,
        1,
        n,
        step.hidden,
        cell.splitsSums ? 0 : 1,
      );
      cell.forward(model.device, step);
      x = step.h;
    }
    const { weight, bias } = model.decoder;
    const logits = this.#room.offset + this.#logitsStart;
    const [v, h] = weight.shape;
    kernels.gemm(x, h, 1, packed(weight, "transposed"), bias?.offset ?? 0, logits, v, 1, v, h, 0);
    this.#logits.set(heap.floats().subarray(logits, logits + v));
    return this.#logits;
  }

  state(): Float32Array {
    const { offset } = this.#room;
    return Float32Array.from(this.#model.device.heap.floats().subarray(offset, offset + this.#stateSize));
  }

  restore(snapshot: unknown): void {
    if (!(snapshot instanceof Float32Array) || snapshot.length !== this.#stateSize) {
      throw new UnrolledError("invalid-argument", "restore: this is no state of a session of this model");
    }
    this.#model.device.heap.floats().set(snapshot, this.#room.offset);
  }
}
