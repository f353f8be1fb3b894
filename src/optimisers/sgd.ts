import { UnrolledError } from "../errors.ts";
import { requireShare } from "../module/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, Optimiser, type Range, requireAtLeastZero } from "./optimiser.ts";

/** Options of stochastic gradient descent. */
export interface SGDOptions {
  readonly learningRate: number;
  readonly momentum?: number;
  /** Nesterov's form, which looks ahead along the momentum (Sutskever et al. 2013). */
  readonly nesterov?: boolean;
  /** L2 penalty, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent (Robbins & Monro 1951), PyTorch's form.
 *
 * @throws UnrolledError "invalid-argument" for options out of range, or Nesterov's form without momentum
 */
export class SGD extends Optimiser {
  readonly #options: {
    readonly momentum: number;
    readonly weightDecay: number;
    readonly nesterov: boolean;
  };
  readonly #velocities: readonly Tensor[];

  constructor(parameters: readonly Tensor[], options: SGDOptions) {
    super("SGD", parameters, options.learningRate);
    const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
    requireShare("SGD", "momentum", momentum);
    requireAtLeastZero("SGD", "weightDecay", weightDecay);
    if (nesterov && momentum === 0)
      throw new UnrolledError("invalid-argument", {
        call: "SGD",
        problem: "nesterov needs a momentum above 0",
      });
    this.#options = { momentum, nesterov, weightDecay };
    this.#velocities = momentum > 0 ? besideEach(parameters) : [];
  }

  protected override beside() {
    return { velocity: this.#velocities };
  }

  protected override update(parameter: Tensor, gradient: Tensor, { index, from, to }: Range): void {
    const { momentum, nesterov, weightDecay } = this.#options;
    parameter.device.kernels.sgd({
      w: parameter.offset + from,
      g: gradient.offset + from,
      velocity: momentum > 0 ? this.#velocities[index].offset + from : 0,
      learningRate: this.learningRate,
      momentum,
      weightDecay,
      nesterov: nesterov ? 1 : 0,
      n: to - from,
    });
  }
}
