import { naming, UnrolledError } from "../errors.ts";
import type { Walked } from "../parallel/team.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Steps before a norm can be called unusual, and how much each later one counts in the running average. */
const SETTLING_STEPS = 100;
const SHARE = 0.01;

/** What is remembered of the gradients' norms, as plain data. */
export interface DivergenceState {
  readonly steps: number;
  readonly averageNorm: number;
  /** Bad steps since the last good one. */
  readonly badSteps: number;
}

/** Finds steps that must not change the weights: a loss or gradient that is not finite, or a norm far above the usual. */
export class DivergenceWatch {
  readonly #factor: number;
  #steps = 0;
  #averageNorm = 0;
  #badSteps = 0;

  /** @param factor a norm so many times its running average is far above the usual; 0: none is */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** Bad steps in a row, up to the last one. */
  get badSteps(): number {
    return this.#badSteps;
  }

  /** What is wrong with a step, in words; undefined where nothing is. */
  observe(walked: Walked): string | undefined {
    const problem = this.#problemOf(walked);
    if (problem !== undefined) {
      this.#badSteps += 1;
      return problem;
    }
    this.#badSteps = 0;
    this.#steps += 1;
    this.#averageNorm += (walked.gradientNorm - this.#averageNorm) * Math.max(SHARE, 1 / this.#steps);
    return undefined;
  }

  #problemOf({ loss, gradientNorm }: Walked): string | undefined {
    if (!Number.isFinite(loss)) return `the loss is ${loss}`;
    if (!Number.isFinite(gradientNorm)) return `the norm of the gradients is ${gradientNorm}`;
    if (
      this.#factor > 0 &&
      this.#steps >= SETTLING_STEPS &&
      gradientNorm > this.#factor * this.#averageNorm
    ) {
      return `the norm of the gradients is ${gradientNorm.toPrecision(3)}, its average ${this.#averageNorm.toPrecision(3)}`;
    }
    return undefined;
  }

  state(): DivergenceState {
    return { steps: this.#steps, averageNorm: this.#averageNorm, badSteps: this.#badSteps };
  }

  restore({ steps, averageNorm, badSteps }: DivergenceState): void {
    this.#steps = steps;
    this.#averageNorm = averageNorm;
    this.#badSteps = badSteps;
  }
}

/** The first parameter that is not finite; else the first whose gradient is not; else the one with the largest gradient. */
export function culpritOf(
  names: readonly string[],
  parameters: readonly Tensor[],
  gradients: readonly number[],
): string {
  let largest = { name: names[0], squares: -1 };
  const broken = parameters.findIndex(
    ({ device, offset, size }) => device.kernels.firstNotFinite(offset, size) >= 0,
  );
  if (broken >= 0) return `${names[broken]} is not finite`;
  for (const [index, parameter] of parameters.entries()) {
    const { kernels } = parameter.device;
    const gradient = gradients[index];
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
  const advice = naming`lower ${{ option: "learningRate" }} or ${{ option: "gradClip" }}`;
  return new UnrolledError("not-finite", { call: "train", problem, advice });
}
