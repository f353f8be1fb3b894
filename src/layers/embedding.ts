import { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { gatherRows } from "../tensor/operations/rows.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "./module.ts";

/** A vector for each token: `weight` [V, E], drawn evenly from ±0.1 (Zaremba et al. 2014). */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(
    device: Device,
    options: {
      readonly vocabularySize: number;
      readonly embeddingSize: number;
      readonly generator?: Generator;
    },
  ) {
    super();
    requireSize("Embedding", "vocabularySize", options.vocabularySize);
    requireSize("Embedding", "embeddingSize", options.embeddingSize);
    const generator = options.generator ?? new Generator(0);
    this.weight = uniformParameter(device, [options.vocabularySize, options.embeddingSize], 0.1, generator);
  }

  /** Integer ids [...] to vectors [..., E]; an id outside the table gives zeros. */
  forward(ids: Tensor): Tensor {
    return gatherRows(this.weight, ids);
  }
}
