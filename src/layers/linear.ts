import { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { linear } from "../tensor/operations/products.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module, type Parameter, uniformParameter } from "./module.ts";

/** y = x Wᵀ + b: `weight` [N, K] and `bias` [N], drawn evenly from ±1/√K as PyTorch does. */
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
    const generator = options.generator ?? new Generator(0);
    const { inputSize, outputSize } = options;
    const bound = 1 / Math.sqrt(inputSize);
    this.weight = options.weight ?? uniformParameter(device, [outputSize, inputSize], bound, generator);
    this.bias = options.bias === false ? undefined : uniformParameter(device, [outputSize], bound, generator);
  }

  /** x [..., K] to [..., N]. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
