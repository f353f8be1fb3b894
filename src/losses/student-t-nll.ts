import type { Generator } from "../random/philox.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { standardNormal } from "./gaussian-nll.ts";
import { LEAST_SCALE, type Likelihood, likelihoodLoss, sigmoid, softplus } from "./likelihood.ts";
import { digamma, logGamma } from "./log-gamma.ts";

/** μ, s and n, with σ = softplus(s) + 0.001 and ν = 2 + softplus(n) degrees of freedom, so that there is a variance. */
export const studentT: Likelihood = {
  parameters: 3,
  targets: 1,

  loss(numbers, at, targets, from, gradient) {
    const scale = softplus(numbers[at + 1]) + LEAST_SCALE;
    const freedom = 2 + softplus(numbers[at + 2]);
    const z = (targets[from] - numbers[at]) / scale;
    const inner = 1 + (z * z) / freedom;
    const half = (freedom + 1) / 2;
    const slope = ((freedom + 1) * z) / (freedom * inner);
    gradient[at] = -slope / scale;
    gradient[at + 1] = ((1 - slope * z) / scale) * sigmoid(numbers[at + 1]);
    gradient[at + 2] =
      0.5 *
      (digamma(freedom / 2) - digamma(half) + 1 / freedom + Math.log(inner) - (slope * z) / freedom) *
      sigmoid(numbers[at + 2]);
    return (
      logGamma(freedom / 2) -
      logGamma(half) +
      0.5 * Math.log(freedom * Math.PI) +
      Math.log(scale) +
      half * Math.log(inner)
    );
  },

  draw(numbers, at, generator) {
    const freedom = 2 + softplus(numbers[at + 2]);
    const chi = 2 * drawnGamma(freedom / 2, generator);
    const z = standardNormal(generator) / Math.sqrt(chi / freedom);
    return [numbers[at] + (softplus(numbers[at + 1]) + LEAST_SCALE) * z];
  },

  mean: (numbers, at) => [numbers[at]],
};

/** A number from the gamma distribution of a shape and scale 1 (Marsaglia & Tsang 2000). */
export function drawnGamma(shape: number, generator: Generator): number {
  if (shape < 1) return drawnGamma(shape + 1, generator) * (1 - generator.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = standardNormal(generator);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - generator.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * −log of Student's t density, the mean over all targets in nats, shape [1]. parameters [..., 3] are μ, s and n, with the scale
 * σ = softplus(s) + 0.001 and ν = 2 + softplus(n) degrees of freedom; targets [...], in which NaN is missing.
 *
 * @throws UnrolledError "shape-mismatch" for parameters or targets of another shape
 */
export function studentTNLL(parameters: Tensor, targets: Tensor): Tensor {
  return likelihoodLoss("studentTNLL", studentT, parameters, targets);
}
