import { requireShare } from "../module/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, Optimiser, type Range, requireAtLeastZero } from "./optimiser.ts";

/** Options of Adam and AdamW; defaults are PyTorch's. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** β₁ᵗ and β₂ᵗ at t = count, multiplied up step by step: powers differ between engines in the last bit. */
interface Powers {
  count: number;
  first: number;
  second: number;
}

abstract class AdamFamily extends Optimiser {
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #weightDecay: number;
  readonly #decoupled: number;
  readonly #means: readonly Tensor[];
  readonly #squares: readonly Tensor[];
  readonly #powers: Powers[];

  constructor(
    name: string,
    parameters: readonly Tensor[],
    options: AdamOptions,
    decoupled: 0 | 1,
    weightDecay: number,
  ) {
    super(name, parameters, options.learningRate ?? 1e-3);
    const { betas = [0.9, 0.999], epsilon = 1e-8 } = options;
    requireShare(name, "betas[0]", betas[0]);
    requireShare(name, "betas[1]", betas[1]);
    requireAtLeastZero(name, "epsilon", epsilon);
    requireAtLeastZero(name, "weightDecay", options.weightDecay ?? weightDecay);
    this.#betas = betas;
    this.#epsilon = epsilon;
    this.#weightDecay = options.weightDecay ?? weightDecay;
    this.#decoupled = decoupled;
    this.#means = besideEach(parameters);
    this.#squares = besideEach(parameters);
    this.#powers = parameters.map(() => ({ count: 0, first: 1, second: 1 }));
  }

  protected override beside() {
    return { mean: this.#means, square: this.#squares };
  }

  protected override update(parameter: Tensor, gradient: Tensor, range: Range, count: number): void {
    const { index, from, to } = range;
    const [beta1, beta2] = this.#betas;
    const powers = this.#powersAt(index, count);
    parameter.device.kernels.adam({
      w: parameter.offset + from,
      g: gradient.offset + from,
      mean: this.#means[index].offset + from,
      square: this.#squares[index].offset + from,
      learningRate: this.learningRate,
      beta1,
      beta2,
      epsilon: this.#epsilon,
      weightDecay: this.#weightDecay,
      decoupled: this.#decoupled,
      correction1: 1 - powers.first,
      correction2: 1 - powers.second,
      n: to - from,
    });
  }

  #powersAt(index: number, count: number): Powers {
    // A state loaded from an earlier time starts the products again.
    if (this.#powers[index].count > count) this.#powers[index] = { count: 0, first: 1, second: 1 };
    const powers = this.#powers[index];
    for (; powers.count < count; powers.count++) {
      powers.first *= this.#betas[0];
      powers.second *= this.#betas[1];
    }
    return powers;
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
