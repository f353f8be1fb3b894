import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { rowsById } from "../tensor/operations/rows.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A vector for each token: `weight` [V, E], drawn evenly from ±`bound`; √3 if not given, PyTorch's mean 0 and variance 1. */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(
    device: Device,
    options: {
      readonly vocabularySize: number;
      readonly embeddingSize: number;
      readonly bound?: number;
      readonly generator?: Generator;
    },
  ) {
    super();
    requireSize("Embedding", "vocabularySize", options.vocabularySize);
    requireSize("Embedding", "embeddingSize", options.embeddingSize);
    const generator = options.generator ?? device.generator;
    this.weight = uniformParameter(
      device,
      [options.vocabularySize, options.embeddingSize],
      options.bound ?? Math.sqrt(3),
      generator,
    );
  }

  /** Integer ids [...] from 0 to V − 1 to vectors [..., E]. */
  forward(ids: Tensor): Tensor {
    return rowsById("Embedding", this.weight, ids);
  }
}
