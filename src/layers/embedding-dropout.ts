import { DropoutPlace } from "../module/dropout-place.ts";
import { Module, requireShare, requireSize } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { multiply } from "../tensor/operations/arithmetic.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import { gatherRows } from "../tensor/operations/rows.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/**
 * Drops whole words while training: each of the V words, with probability `probability`, wherever it stands in a sequence or batch;
 * the vectors of the others are scaled up (Gal & Ghahramani 2016; Merity, Keskar & Socher 2018). The same words are dropped in
 * every part of a split batch.
 */
export class EmbeddingDropout extends Module {
  readonly vocabularySize: number;
  readonly probability: number;
  readonly place: DropoutPlace;

  constructor(vocabularySize: number, probability: number, options: { readonly generator?: Generator } = {}) {
    super();
    requireSize("EmbeddingDropout", "vocabularySize", vocabularySize);
    requireShare("EmbeddingDropout", "probability", probability);
    this.vocabularySize = vocabularySize;
    this.probability = probability;
    this.place = new DropoutPlace(options.generator);
  }

  /** Vectors xs [..., E] of the words ids [...], same shape out; unchanged when not training. */
  forward(xs: Tensor, ids: Tensor): Tensor {
    if (!this.training || this.probability === 0) return xs;
    const counter = this.place.next(xs.device.generator);
    const words = dropoutWith(ones(xs.device, this.vocabularySize), this.probability, counter, {
      firstRow: 0,
    });
    return multiply(xs, gatherRows(reshape(words, [this.vocabularySize, 1]), ids));
  }
}

/** One row, so that the mask's random words are all used. */
function ones(device: Device, length: number): Tensor {
  const row = zeros(device, [1, length]);
  device.kernels.fill(row.offset, 1, length);
  return row;
}
