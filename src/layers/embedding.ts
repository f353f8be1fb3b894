import { UnrolledError } from "../errors.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { rowsById } from "../tensor/operations/rows.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/**
 * A vector for each token: ids [...] to [..., E]. `weight` [V, E] is drawn evenly from ±`bound`; √3 if not given, PyTorch's mean 0 and
 * variance 1.
 *
 * @throws UnrolledError "shape-mismatch" for a shared weight of another shape, "invalid-argument" for ids outside 0 to V − 1
 */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(
    device: Device,
    options: {
      readonly vocabularySize: number;
      readonly embeddingSize: number;
      readonly bound?: number;
      /** Another module's weight [V, E] to share (weight tying: Press & Wolf 2017). */
      readonly weight?: Parameter;
      readonly generator?: Generator;
    },
  ) {
    super();
    requireSize("Embedding", "vocabularySize", options.vocabularySize);
    requireSize("Embedding", "embeddingSize", options.embeddingSize);
    const generator = options.generator ?? device.generator;
    const shape = [options.vocabularySize, options.embeddingSize];
    if (options.weight && shapeText(options.weight.shape) !== shapeText(shape)) {
      throw new UnrolledError("shape-mismatch", {
        call: "Embedding",
        problem: `the shared weight has shape ${shapeText(options.weight.shape)}, needed ${shapeText(shape)}`,
      });
    }
    this.weight = options.weight ?? uniformParameter(device, shape, options.bound ?? Math.sqrt(3), generator);
  }

  /** Integer ids [...] from 0 to V − 1 to vectors [..., E]. */
  forward(ids: Tensor): Tensor {
    return rowsById("Embedding", this.weight, ids);
  }
}
