import { add, multiply, subtract } from "../tensor/operations/arithmetic.ts";
import { equal } from "../tensor/operations/comparisons.ts";
import { log } from "../tensor/operations/functions.ts";
import { sum } from "../tensor/operations/reductions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/**
 * The divergence of Kullback & Leibler (1951), Σ target·(ln target − logProbability) over the last axis, in nats: distributions [..., V] are
 * losses [...], the mean of those that count has shape [1]. `logProbabilities` come from `logSoftmax`, targets are probabilities; 0·ln 0 is 0.
 * PyTorch's `kl_div` with `batchmean`.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes
 */
export function klDivergence(logProbabilities: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  const wanted = targetNumbers("klDivergence", ["logProbabilities", logProbabilities], targets, options);
  // The logarithm of a zero is taken of 1 instead, which is 0.
  const information = log(add(wanted, equal(wanted, 0)));
  const losses = sum(multiply(wanted, subtract(information, logProbabilities)), { axis: -1 });
  return reduceLosses("klDivergence", losses, options);
}
