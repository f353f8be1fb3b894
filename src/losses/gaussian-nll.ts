import type { Tensor } from "../tensor/tensor.ts";
import { LEAST_SCALE, type Likelihood, likelihoodLoss, sigmoid, softplus } from "./likelihood.ts";

/** log √(2π). */
const LOG_ROOT = 0.5 * Math.log(2 * Math.PI);

/** μ and s, with σ = softplus(s) + 0.001. */
export const gaussian: Likelihood = {
  parameters: 2,
  targets: 1,

  loss(numbers, at, targets, from, gradient) {
    const scale = softplus(numbers[at + 1]) + LEAST_SCALE;
    const z = (targets[from] - numbers[at]) / scale;
    gradient[at] = -z / scale;
    gradient[at + 1] = ((1 - z * z) / scale) * sigmoid(numbers[at + 1]);
    return 0.5 * z * z + Math.log(scale) + LOG_ROOT;
  },

  draw: (numbers, at, generator) => [
    numbers[at] + (softplus(numbers[at + 1]) + LEAST_SCALE) * standardNormal(generator),
  ],

  mean: (numbers, at) => [numbers[at]],
};

/** A number from the normal distribution of mean 0 and deviation 1 (Box & Muller 1958). */
export function standardNormal(generator: { uniform(): number }): number {
  return Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
}

/**
 * −log of the normal density, the mean over all targets in nats, shape [1]. parameters [..., 2] are μ and s, with the deviation
 * σ = softplus(s) + 0.001; targets [...], in which NaN is missing.
 *
 * @throws UnrolledError "shape-mismatch" for parameters or targets of another shape
 */
export function gaussianNLL(parameters: Tensor, targets: Tensor): Tensor {
  return likelihoodLoss("gaussianNLL", gaussian, parameters, targets);
}
