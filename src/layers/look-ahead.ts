import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { add, multiply } from "../tensor/operations/arithmetic.ts";
import { concat, narrow, select, swapAxes } from "../tensor/operations/shapes.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { requireWhole } from "../whole-numbers.ts";

/**
 * A convolution over the step itself and τ steps behind it, each unit by itself (Amodei et al. 2016, the row convolution of Deep Speech 2):
 * y_t = Σ_{j=0}^{τ} w_j ∘ x_{t+j}, with zeros behind the end. `weight` is [τ + 1, C].
 */
export class LookAhead extends Module {
  readonly weight: Parameter;

  constructor(
    device: Device,
    {
      size,
      steps,
      generator = device.generator,
    }: { readonly size: number; readonly steps: number; readonly generator?: Generator },
  ) {
    super();
    requireSize("LookAhead", "size", size);
    requireWhole("LookAhead", "steps", steps, 0);
    this.weight = uniformParameter(device, [steps + 1, size], 1 / Math.sqrt(steps + 1), generator);
  }

  /** xs [B, T, C] to [B, T, C]. */
  forward(xs: Tensor): Tensor {
    const byStep = swapAxes(xs);
    const [T, B, C] = byStep.shape;
    const [window] = this.weight.shape;
    const padded = window > 1 ? concat([byStep, zeros(xs.device, [window - 1, B, C])], 0) : byStep;
    let sum = multiply(byStep, select(this.weight, 0));
    for (let j = 1; j < window; j++)
      sum = add(sum, multiply(narrow(padded, j, j + T), select(this.weight, j)));
    return swapAxes(sum);
  }
}
