import { requireShare } from "../module/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, Optimiser, type Range, requireAtLeastZero } from "./optimiser.ts";

/** Options of RMSprop; defaults are PyTorch's. */
export interface RMSpropOptions {
  readonly learningRate?: number;
  /** How much of the running square is kept at each step. */
  readonly alpha?: number;
  readonly epsilon?: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
}

/** RMSprop (Tieleman & Hinton 2012, lecture 6e), PyTorch's form. */
export class RMSprop extends Optimiser {
  readonly #options: {
    readonly alpha: number;
    readonly epsilon: number;
    readonly momentum: number;
    readonly weightDecay: number;
  };
  readonly #squares: readonly Tensor[];
  readonly #velocities: readonly Tensor[];

  constructor(parameters: readonly Tensor[], options: RMSpropOptions = {}) {
    super("RMSprop", parameters, options.learningRate ?? 1e-2);
    const { alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0 } = options;
    requireShare("RMSprop", "alpha", alpha);
    requireAtLeastZero("RMSprop", "epsilon", epsilon);
    requireShare("RMSprop", "momentum", momentum);
    requireAtLeastZero("RMSprop", "weightDecay", weightDecay);
    this.#options = { alpha, epsilon, momentum, weightDecay };
    this.#squares = besideEach(parameters);
    this.#velocities = momentum > 0 ? besideEach(parameters) : [];
  }

  protected override beside() {
    return { square: this.#squares, velocity: this.#velocities };
  }

  protected override update(parameter: Tensor, gradient: Tensor, { index, from, to }: Range): void {
    const { alpha, epsilon, momentum, weightDecay } = this.#options;
    parameter.device.kernels.rmsprop({
      w: parameter.offset + from,
      g: gradient.offset + from,
      square: this.#squares[index].offset + from,
      velocity: momentum > 0 ? this.#velocities[index].offset + from : 0,
      learningRate: this.learningRate,
      alpha,
      epsilon,
      momentum,
      weightDecay,
      n: to - from,
    });
  }
}
