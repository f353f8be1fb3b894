import { UnrolledError } from "../errors.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { linear } from "../tensor/operations/products.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/**
 * y = x Wᵀ + b, x [..., K] to y [..., N]: `weight` [N, K] and `bias` [N], drawn evenly from ±1/√K as PyTorch does.
 *
 * @throws UnrolledError "shape-mismatch" for inputs of another width, or a shared weight of another shape
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  constructor(
    device: Device,
    options: {
      readonly inputSize: number;
      readonly outputSize: number;
      readonly bias?: boolean;
      /** Another module's weight [N, K] to share (weight tying: Press & Wolf 2017). */
      readonly weight?: Parameter;
      readonly generator?: Generator;
    },
  ) {
    super();
    const generator = options.generator ?? device.generator;
    const { inputSize, outputSize } = options;
    requireSize("Linear", "inputSize", inputSize);
    requireSize("Linear", "outputSize", outputSize);
    if (options.weight && shapeText(options.weight.shape) !== shapeText([outputSize, inputSize])) {
      throw new UnrolledError("shape-mismatch", {
        call: "Linear",
        problem: `the shared weight has shape ${shapeText(options.weight.shape)}, needed [${outputSize}, ${inputSize}]`,
      });
    }
    const bound = 1 / Math.sqrt(inputSize);
    this.weight = options.weight ?? uniformParameter(device, [outputSize, inputSize], bound, generator);
    this.bias = options.bias === false ? undefined : uniformParameter(device, [outputSize], bound, generator);
  }

  /** x [..., K] to [..., N]. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
