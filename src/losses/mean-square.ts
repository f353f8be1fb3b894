import { UnrolledError } from "../errors.ts";
import { subtract } from "../tensor/operations/arithmetic.ts";
import { square } from "../tensor/operations/functions.ts";
import { mean } from "../tensor/operations/reductions.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { asNumbers } from "./as-numbers.ts";

/**
 * The mean of (prediction − target)² over all entries, shape [1]. Targets may be whole numbers.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for a whole target of −100
 */
export function meanSquare(prediction: Tensor, target: Tensor): Tensor {
  if (shapeText(prediction.shape) !== shapeText(target.shape)) {
    throw new UnrolledError("shape-mismatch", {
      call: "meanSquare",
      problem: `prediction ${shapeText(prediction.shape)} and target ${shapeText(target.shape)} must have one shape`,
    });
  }
  return mean(square(subtract(prediction, asNumbers("meanSquare", target))));
}
