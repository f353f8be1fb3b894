// Distributions as losses: a network says their parameters, and the loss is how surprising the targets are.
import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { customLoss } from "./custom-loss.ts";

/** Numbers of a list that may be written to. */
export type NumberList = Float32Array | Float64Array;

/** A distribution, by the numbers that a network says of it, which may be any. */
export interface Likelihood {
  /** P, how many numbers it is told by. */
  readonly parameters: number;
  /** How many numbers a target is: 1, or more where they are drawn together. */
  readonly targets: number;
  /** −log p(target), in nats; the gradient with respect to the P numbers from `at` on is written to the same places. */
  loss(
    numbers: ArrayLike<number>,
    at: number,
    targets: ArrayLike<number>,
    from: number,
    gradient: NumberList,
  ): number;
  /** A target, drawn. */
  draw(numbers: ArrayLike<number>, at: number, generator: Generator): number[];
  /** Its mean. */
  mean(numbers: ArrayLike<number>, at: number): number[];
}

/**
 * The mean −log p(target) in nats, shape [1]: numbers [..., P], targets [...], or [..., T] where several are told together. Where a
 * target is NaN it is missing, and counts for nothing.
 *
 * @throws UnrolledError "shape-mismatch" for numbers or targets of another shape
 */
export function likelihoodLoss(
  call: string,
  likelihood: Likelihood,
  numbers: Tensor,
  targets: Tensor,
): Tensor {
  const { parameters, targets: width } = likelihood;
  const needed = [...(width === 1 ? targets.shape : targets.shape.slice(0, -1)), parameters];
  if (shapeText(numbers.shape) !== shapeText(needed) || (width > 1 && targets.shape.at(-1) !== width)) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `parameters ${shapeText(numbers.shape)} and targets ${shapeText(targets.shape)}, needed ${parameters} parameters for each target${width > 1 ? ` of ${width} numbers` : ""}`,
    });
  }
  const wanted = targets.read();
  return customLoss(numbers, (said) => {
    const gradient = new Float32Array(said.length);
    const count = wanted.length / width;
    let [loss, there] = [0, 0];
    for (let target = 0; target < count; target++) {
      if (Number.isNaN(wanted[target * width])) continue;
      loss += likelihood.loss(said, target * parameters, wanted, target * width, gradient);
      there += 1;
    }
    const share = 1 / Math.max(1, there);
    for (let at = 0; at < gradient.length; at++) gradient[at] *= share;
    return { loss: loss * share, gradient };
  });
}

/** log(1 + eˣ), which is above 0. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The derivative of softplus. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The least that a scale is, so that a target that is met exactly is not infinitely likely. */
export const LEAST_SCALE = 1e-3;
