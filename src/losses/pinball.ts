import { UnrolledError } from "../errors.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { customLoss } from "./custom-loss.ts";

/**
 * The pinball loss of quantiles (Koenker & Bassett 1978, "Regression quantiles"), shape [1]: max(q·e, (q − 1)·e) with e = target −
 * prediction, the mean over all quantiles q and all targets that are there. predictions [..., Q], targets [...]; a target that is NaN
 * is missing and counts for nothing, and where all are, the loss is 0. In the units of the targets.
 *
 * @param quantiles Q numbers between 0 and 1
 * @param weights what each target's errors are multiplied with, one for each; 1 if not given
 * @throws UnrolledError "shape-mismatch" for targets of another shape, "invalid-argument" for quantiles out of range or another number of weights
 */
export function pinballLoss(
  predictions: Tensor,
  targets: Tensor,
  quantiles: readonly number[],
  weights?: ArrayLike<number>,
): Tensor {
  const count = quantiles.length;
  if (count === 0 || !quantiles.every((q) => q > 0 && q < 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "pinballLoss",
      subject: "quantiles",
      got: quantiles.join(", ") || "none",
      needed: "numbers between 0 and 1",
    });
  }
  if (shapeText(predictions.shape) !== shapeText([...targets.shape, count])) {
    throw new UnrolledError("shape-mismatch", {
      call: "pinballLoss",
      problem: `predictions ${shapeText(predictions.shape)} and targets ${shapeText(targets.shape)}, needed predictions ${shapeText([...targets.shape, count])}`,
    });
  }
  const wanted = targets.read();
  if (weights && weights.length !== wanted.length) {
    throw new UnrolledError("invalid-argument", {
      call: "pinballLoss",
      subject: "weights",
      got: `${weights.length}`,
      needed: `one for each target: ${wanted.length}`,
    });
  }
  return customLoss(predictions, (numbers) => {
    const gradient = new Float32Array(numbers.length);
    const there = wanted.reduce((sum, target) => sum + (Number.isNaN(target) ? 0 : 1), 0);
    const share = 1 / Math.max(1, there * count);
    let loss = 0;
    for (let at = 0; at < wanted.length; at++) {
      if (Number.isNaN(wanted[at])) continue;
      const weight = weights ? weights[at] : 1;
      for (let each = 0; each < count; each++) {
        const error = wanted[at] - numbers[at * count + each];
        const slope = weight * (error >= 0 ? quantiles[each] : quantiles[each] - 1);
        loss += slope * error;
        gradient[at * count + each] = -slope * share;
      }
    }
    return { loss: loss * share, gradient };
  });
}
