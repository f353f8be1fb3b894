import { halfLife } from "./gradients-through-time.ts";
import type { InspectedNetwork } from "./inspected-network.ts";
import { lossGradients } from "./loss-gradients.ts";

/** How fast a prediction's gradient fades with distance. */
export interface GradientReach {
  /** Predictions that the means below are over. */
  readonly predictions: number;
  /** [K+1]: mean of |∂loss_t/∂x_{t−k}| over predictions t, for each distance k = 0 to K. */
  readonly byDistance: Float64Array;
  /** Distance at which that has first fallen below half of what it is at k = 0, interpolated; undefined if it never does. */
  readonly halfLifeSteps: number | undefined;
  /** By what it is multiplied from one step to the next, fitted to all distances from 1 on; undefined where there are too few. */
  readonly decayPerStep: number | undefined;
}

/** Of the predictions of ids[p + 1] at these positions p, each walked back over the same number of steps. */
export function gradientReach(
  looked: InspectedNetwork,
  ids: ArrayLike<number>,
  positions: readonly number[],
  steps: number,
): GradientReach {
  const batch = positions.length;
  const { dxs } = lossGradients(looked, {
    sequence: ids,
    steps,
    at: positions.map(() => steps - 1),
    stepOf: (t, row) => positions[row] - (steps - 1 - t),
    targets: positions.map((position) => ids[position + 1]),
  });
  const byDistance = Float64Array.from({ length: steps }, (_, k) => {
    let total = 0;
    for (let row = 0; row < batch; row++) {
      const start = ((steps - 1 - k) * batch + row) * looked.inputSize;
      let squares = 0;
      for (let entry = start; entry < start + looked.inputSize; entry++) squares += dxs[entry] * dxs[entry];
      total += Math.sqrt(squares);
    }
    return total / batch;
  });
  return {
    predictions: batch,
    byDistance,
    halfLifeSteps: halfLife(byDistance),
    decayPerStep: decayOf(byDistance),
  };
}

/** e to the slope of the straight line through the logarithms, least squares. */
function decayOf(byDistance: Float64Array): number | undefined {
  const points = Array.from(byDistance, (norm, k) => [k, Math.log(norm)]).filter(
    ([k, logarithm]) => k > 0 && Number.isFinite(logarithm),
  );
  if (points.length < 2) return undefined;
  const meanOf = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [middle, level] = [meanOf(0), meanOf(1)];
  let [covariance, variance] = [0, 0];
  for (const [k, logarithm] of points) {
    covariance += (k - middle) * (logarithm - level);
    variance += (k - middle) ** 2;
  }
  return Math.exp(covariance / variance);
}
