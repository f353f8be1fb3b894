import { divide, maximum, multiply, subtract } from "../tensor/operations/arithmetic.ts";
import { norm, sum } from "../tensor/operations/reductions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/** Below this no product of norms is divided by. */
const LEAST = 1e-8;

/**
 * 1 − cos of the angle between prediction and target, vectors along an axis (the last if not given): [..., N] are losses [...], the mean of
 * those that count has shape [1]. From 0 for one direction to 2 for opposite ones; 1 where a vector is zero.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for an axis that they do not have
 */
export function cosineDistance(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions & { readonly axis?: number } = {},
): Tensor {
  const { axis = -1 } = options;
  const wanted = targetNumbers("cosineDistance", ["prediction", prediction], target, options);
  const lengths = multiply(norm(prediction, { axis }), norm(wanted, { axis }));
  const cosine = divide(sum(multiply(prediction, wanted), { axis }), maximum(lengths, LEAST));
  return reduceLosses("cosineDistance", subtract(1, cosine), options);
}
