// How far a classifier's probabilities can be believed.
import { UnrolledError } from "../errors.ts";

const BINS = 15;
const MOST_HALVINGS = 60;

/**
 * The expected calibration error (Naeini et al. 2015, as Guo et al. 2017 use it): the mean distance between how sure a classifier is and
 * how often it is right, over 15 bins of equal width, each counting as many examples as it has. From 0 to 1; NaN without examples.
 *
 * @param confidences the probability of each example's likeliest class
 * @param isRight whether that class was right, true or 1
 * @throws UnrolledError "shape-mismatch" for lists of unequal lengths
 */
export function calibrationError(
  confidences: ArrayLike<number>,
  isRight: ArrayLike<number | boolean>,
): number {
  if (confidences.length !== isRight.length) {
    throw new UnrolledError("shape-mismatch", {
      call: "calibrationError",
      problem: `${confidences.length} confidences beside ${isRight.length} answers`,
    });
  }
  const sure = new Float64Array(BINS);
  const right = new Float64Array(BINS);
  for (let at = 0; at < confidences.length; at++) {
    const bin = Math.min(BINS - 1, Math.floor(confidences[at] * BINS));
    sure[bin] += confidences[at];
    right[bin] += Number(isRight[at]);
  }
  return sure.reduce((sum, each, bin) => sum + Math.abs(each - right[bin]), 0) / confidences.length;
}

/**
 * The temperature τ by which logits are divided so that their cross-entropy with the targets is least (Guo et al. 2017). It changes no
 * decision, only how sure the classifier is. The derivative of the cross-entropy by 1/τ rises, so halving an interval finds its zero.
 *
 * @param logits one list of V for each example
 * @param targets the class of each
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], targets: ArrayLike<number>): number {
  const slopeAt = (scale: number) => {
    let slope = 0;
    for (const [row, own] of logits.entries()) {
      let most = Number.NEGATIVE_INFINITY;
      for (let v = 0; v < own.length; v++) most = Math.max(most, own[v]);
      let [sum, mean] = [0, 0];
      for (let v = 0; v < own.length; v++) {
        const share = Math.exp(scale * (own[v] - most));
        sum += share;
        mean += share * own[v];
      }
      slope += mean / sum - own[targets[row]];
    }
    return slope;
  };
  let [low, high] = [0.05, 20];
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const middle = Math.sqrt(low * high);
    if (slopeAt(middle) > 0) high = middle;
    else low = middle;
  }
  return 1 / Math.sqrt(low * high);
}
