import { subtract } from "../tensor/operations/arithmetic.ts";
import { square } from "../tensor/operations/functions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/**
 * The mean of (prediction − target)² over all entries that count, shape [1]. Targets may be whole numbers.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for a whole target of −100
 */
export function meanSquare(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const wanted = targetNumbers("meanSquare", ["prediction", prediction], target, options);
  return reduceLosses("meanSquare", square(subtract(prediction, wanted)), options);
}
