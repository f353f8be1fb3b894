import { UnrolledError } from "../errors.ts";
import type { Walked } from "../parallel/team.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Steps before a norm can be called unusual, and how much each later one counts in the running average. */
const SETTLING_STEPS = 100;
const SHARE = 0.01;

/** What is remembered of the gradients' norms, as plain data. */
export interface DivergenceState {
  readonly steps: number;
  readonly averageNorm: number;
}

/** Finds steps that must not change the weights: a loss or gradient that is not finite, or a norm far above the usual. */
export class DivergenceWatch {
  readonly #factor: number;
  #steps = 0;
  #averageNorm = 0;

  /** @param factor a norm so many times its running average is far above the usual; 0: none is */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** What is wrong with a step, in words; undefined where nothing is. */
  observe({ loss, gradientNorm }: Walked): string | undefined {
    if (!Number.isFinite(loss)) return `the loss is ${loss}`;
    if (!Number.isFinite(gradientNorm)) return `the norm of the gradients is ${gradientNorm}`;
    if (
      this.#factor > 0 &&
      this.#steps >= SETTLING_STEPS &&
      gradientNorm > this.#factor * this.#averageNorm
    ) {
      return `the norm of the gradients is ${gradientNorm.toPrecision(3)}, its average ${this.#averageNorm.toPrecision(3)}`;
    }
    this.#steps += 1;
    this.#averageNorm += (gradientNorm - this.#averageNorm) * Math.max(SHARE, 1 / this.#steps);
    return undefined;
  }

  state(): DivergenceState {
    return { steps: this.#steps, averageNorm: this.#averageNorm };
  }

  restore({ steps, averageNorm }: DivergenceState): void {
    this.#steps = steps;
    this.#averageNorm = averageNorm;
  }
}

/** The first parameter that is not finite itself or in its gradient; else the one with the largest gradient. */
export function culpritOf(
  names: readonly string[],
  parameters: readonly Tensor[],
  gradients: readonly number[],
): string {
  let largest = { name: names[0], squares: -1 };
  for (const [index, parameter] of parameters.entries()) {
    const { kernels } = parameter.device;
    const gradient = gradients[index];
    if (kernels.firstNotFinite(parameter.offset, parameter.size) >= 0) return `${names[index]} is not finite`;
    if (gradient === 0) continue;
    if (kernels.firstNotFinite(gradient, parameter.size) >= 0)
      return `the gradient of ${names[index]} is not finite`;
    const squares = kernels.sumOfSquares(gradient, parameter.size);
    if (squares > largest.squares) largest = { name: names[index], squares };
  }
  return `${largest.name} has the largest gradient`;
}

/** The error that ends a training which has diverged. */
export function diverged(problem: string): UnrolledError {
  return new UnrolledError("not-finite", `train: ${problem}; lower --learning-rate or --grad-clip`);
}
