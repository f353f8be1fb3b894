import { multiply, subtract } from "../tensor/operations/arithmetic.ts";
import { relu } from "../tensor/operations/functions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/**
 * max(0, margin − target·score) for targets of 1 and −1 (Cortes & Vapnik 1995); the mean over all entries that count, shape [1]. Targets may
 * be whole numbers, the margin is 1 if not given.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for a whole target of −100
 */
export function hinge(
  scores: Tensor,
  targets: Tensor,
  options: LossOptions & { readonly margin?: number } = {},
): Tensor {
  const { margin = 1 } = options;
  const wanted = targetNumbers("hinge", ["scores", scores], targets, options);
  return reduceLosses("hinge", relu(subtract(margin, multiply(wanted, scores))), options);
}
