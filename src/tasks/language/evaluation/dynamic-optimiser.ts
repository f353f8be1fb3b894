// The step of dynamic evaluation on a gradient g (Krause, Kahembwe, Murray & Renals 2018), w₀ being the weights as they were trained:
//   square ← α·square + (1−α)·g²    w ← w − rate·g/(√(square/(1−αᵗ)) + ε)    w ← w + decay·(w₀ − w)
// Krause et al. gather the squares over the training text; here they are gathered on the way, since a saved model comes without that
// text. Without `rms` the step is rate·g.
import type { Role } from "../../../kernels/contract.ts";
import { besideEach, Optimiser, type Range } from "../../../optimisers/optimiser.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** α: the squares reach some 2,000 segments back. */
const KEEP = 0.9995;
/** ε, so large that weights whose gradients are next to nothing hardly move. */
const EPSILON = 1e-4;

/** How far a step goes, and how far back. */
export interface DynamicStep {
  readonly rate: number;
  readonly decay: number;
  readonly rms: boolean;
}

/** Steps away from a model's weights, and the way back to them. */
export class DynamicOptimiser extends Optimiser {
  readonly #trained: readonly Tensor[];
  readonly #squares: readonly Tensor[];
  readonly #decay: number;
  /** αᵗ. */
  #remaining = 1;

  constructor(parameters: readonly Tensor[], { rate, decay, rms }: DynamicStep) {
    super("evaluateDynamically", parameters, rate);
    this.#decay = decay;
    this.#trained = besideEach(parameters);
    for (const [index, trained] of this.#trained.entries()) trained.assign(parameters[index]);
    this.#squares = rms ? besideEach(parameters) : [];
  }

  override step(): void {
    super.step();
    if (this.#decay === 0) return;
    this.parameters.forEach((parameter, index) => {
      const { device, offset, size } = parameter;
      device.kernels.approach(this.#trained[index].offset, this.#decay, offset, size);
      parameter.changed();
    });
  }

  override count(changes: readonly boolean[]): void {
    super.count(changes);
    this.#remaining *= KEEP;
  }

  /** Puts the trained weights back, and forgets all that was learnt and gathered. */
  forget(): void {
    this.#remaining = 1;
    this.zeroGrad();
    for (const [index, parameter] of this.parameters.entries()) parameter.assign(this.#trained[index]);
    for (const square of this.#squares) square.device.kernels.fill(square.offset, 0, square.size);
  }

  protected override beside() {
    return { trained: this.#trained, square: this.#squares };
  }

  protected override update(parameter: Tensor, gradient: Tensor, { index, from, to }: Range): void {
    const { kernels } = parameter.device;
    const w: Role<"w"> = parameter.offset + from;
    const g: Role<"g"> = gradient.offset + from;
    if (this.#squares.length === 0) {
      kernels.sgd({ w, g, learningRate: this.learningRate, n: to - from });
      return;
    }
    // The kernel divides by √square: the correction stands in rate and ε instead.
    const correction = Math.sqrt(1 - this.#remaining);
    const rate: Role<"learningRate"> = this.learningRate * correction;
    const epsilon: Role<"epsilon"> = EPSILON * correction;
    const square: Role<"square"> = this.#squares[index].offset + from;
    kernels.rmsprop({ w, g, square, learningRate: rate, alpha: KEEP, epsilon, n: to - from });
  }
}
