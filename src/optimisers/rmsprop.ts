import type { Role } from "../kernels/contract.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, Optimiser, type Range, requireAtLeastZero, requireShare } from "./optimiser.ts";

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
    readonly alpha: Role<"alpha">;
    readonly epsilon: Role<"epsilon">;
    readonly momentum: Role<"momentum">;
    readonly weightDecay: Role<"weightDecay">;
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
    const learningRate: Role<"learningRate"> = this.learningRate;
    const w: Role<"w"> = parameter.offset + from;
    const g: Role<"g"> = gradient.offset + from;
    const square: Role<"square"> = this.#squares[index].offset + from;
    const velocity: Role<"velocity"> = momentum > 0 ? this.#velocities[index].offset + from : 0;
    parameter.device.kernels.rmsprop(
      w,
      g,
      square,
      velocity,
      learningRate,
      alpha,
      epsilon,
      momentum,
      weightDecay,
      to - from,
    );
  }
}
