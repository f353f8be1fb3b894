import { UnrolledError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, Optimiser } from "./optimiser.ts";

/** Options of Adam and AdamW; defaults are PyTorch's. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

abstract class AdamFamily extends Optimiser {
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #weightDecay: number;
  readonly #decoupled: 0 | 1;
  readonly #means: readonly Tensor[];
  readonly #squares: readonly Tensor[];
  // β₁ᵗ and β₂ᵗ, multiplied up step by step: powers differ between engines in the last bit.
  #powers: [number, number] = [1, 1];

  constructor(
    name: string,
    parameters: readonly Tensor[],
    options: AdamOptions,
    decoupled: 0 | 1,
    weightDecay: number,
  ) {
    super(name, parameters, options.learningRate ?? 1e-3);
    const { betas = [0.9, 0.999], epsilon = 1e-8 } = options;
    for (const beta of betas) {
      if (!(beta >= 0 && beta < 1))
        throw new UnrolledError("invalid-argument", `${name}: beta is ${beta}, needed 0 to below 1`);
    }
    this.#betas = betas;
    this.#epsilon = epsilon;
    this.#weightDecay = options.weightDecay ?? weightDecay;
    this.#decoupled = decoupled;
    this.#means = besideEach(parameters);
    this.#squares = besideEach(parameters);
  }

  override step(): void {
    this.#powers = [this.#powers[0] * this.#betas[0], this.#powers[1] * this.#betas[1]];
    super.step();
  }

  protected override update(parameter: Tensor, gradient: number, index: number): void {
    const [beta1, beta2] = this.#betas;
    const [power1, power2] = this.#powers;
    const [mean, square] = [this.#means[index].offset, this.#squares[index].offset];
    const { kernels } = parameter.device;
    kernels.adam(
      parameter.offset,
      gradient,
      mean,
      square,
      this.learningRate,
      beta1,
      beta2,
      this.#epsilon,
      this.#weightDecay,
      this.#decoupled,
      1 - power1,
      1 - power2,
      parameter.size,
    );
  }
}

/** Adam (Kingma & Ba 2015); weight decay is an L2 penalty, 0 if not given. */
export class Adam extends AdamFamily {
  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    super("Adam", parameters, options, 0, 0);
  }
}

/** Adam with decoupled weight decay, 0.01 if not given (Loshchilov & Hutter 2019). */
export class AdamW extends AdamFamily {
  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    super("AdamW", parameters, options, 1, 0.01);
  }
}
