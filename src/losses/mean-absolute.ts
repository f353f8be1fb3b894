import { subtract } from "../tensor/operations/arithmetic.ts";
import { abs } from "../tensor/operations/functions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/**
 * The mean of |prediction − target| over all entries that count, shape [1]: the L1 loss. Targets may be whole numbers.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for a whole target of −100
 */
export function meanAbsolute(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const wanted = targetNumbers("meanAbsolute", ["prediction", prediction], target, options);
  return reduceLosses("meanAbsolute", abs(subtract(prediction, wanted)), options);
}
