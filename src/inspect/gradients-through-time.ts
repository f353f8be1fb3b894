import type { LanguageModel } from "../models/language-model.ts";
import { jacobianProducts, type LayerJacobians } from "./jacobian-products.ts";
import { lossGradients } from "./loss-gradients.ts";
import { pause } from "./pause.ts";
import { checkIds, trace } from "./trace.ts";

/** Predictions that are walked back from at once. */
const ROWS = 32;

/** How strongly each prediction depends on each earlier state and input: P = T − 1 predictions of T token ids, row-major. */
export interface GradientsThroughTime {
  /** P: row t is the loss of ids[t + 1], column s what stood there after ids[s] was read. Entries with s > t are 0. */
  readonly predictions: number;
  readonly layers: readonly (LayerJacobians & {
    /** |∂loss_t/∂h_s| [P, P], every way from there to the loss counted. */
    readonly h: Float64Array;
    /** |∂loss_t/∂c_s| [P, P], of an LSTM. */
    readonly c?: Float64Array;
  })[];
  /** |∂loss_t/∂x_s| [P, P], x_s being the embedding of ids[s]. */
  readonly inputs: Float64Array;
  /** [P]: mean over t of |∂loss_t/∂x_{t−k}|, for each distance k. */
  readonly byDistance: Float64Array;
  /** How many steps back this has first fallen below half of what it is at k = 0, interpolated; undefined if it never does. */
  readonly halfLifeSteps: number | undefined;
}

/** How gradients are walked back. */
export interface GradientOptions {
  /** Steps over which products of Jacobians are taken, back from the last; 64 if not given, 0 for none. */
  readonly jacobianSteps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * |∂loss_t/∂h_s| and |∂loss_t/∂x_s| for all t and s ≤ t of a text of T ids, Euclidean norms, losses in nats; with the decay of the
 * product of Jacobians (Pascanu, Mikolov & Bengio 2013) and spectral radii. Takes T² steps forwards and back. The model is left as
 * it is, gradients of its parameters too.
 *
 * @throws UnrolledError "invalid-argument" for fewer than two ids or ids outside the vocabulary, "aborted" once `signal` is
 */
export async function gradientsThroughTime(
  model: LanguageModel,
  ids: ArrayLike<number>,
  { jacobianSteps = 64, signal }: GradientOptions = {},
): Promise<GradientsThroughTime> {
  const call = "gradientsThroughTime";
  checkIds(call, ids, model.config.vocabularySize, 2);
  const { numLayers, hiddenSize, embeddingSize, cell } = model.config;
  const predictions = ids.length - 1;
  const matrix = () => new Float64Array(predictions * predictions);
  const inputs = matrix();
  const hs = Array.from({ length: numLayers }, matrix);
  const cs = Array.from({ length: cell === "lstm" ? numLayers : 0 }, matrix);
  for (let first = 0; first < predictions; first += ROWS) {
    const batch = Math.min(ROWS, predictions - first);
    const steps = first + batch;
    const copies = Int32Array.from({ length: steps * batch }, (_, place) => ids[Math.floor(place / batch)]);
    const asked = Array.from({ length: batch }, (_, row) => ({
      t: first + row,
      target: ids[first + row + 1],
    }));
    const write = (
      to: Float64Array,
      s: number,
      gradients: ArrayLike<number>,
      start: number,
      width: number,
    ) => {
      for (let row = Math.max(0, s - first); row < batch; row++)
        to[(first + row) * predictions + s] = norm(gradients, start + row * width, width);
    };
    const { dxs } = lossGradients(model, { ids: copies, batch, asked }, (layer, s, dh, dc) => {
      write(hs[layer], s, dh, 0, hiddenSize);
      if (dc) write(cs[layer], s, dc, 0, hiddenSize);
    });
    for (let s = 0; s < steps; s++) write(inputs, s, dxs, s * batch * embeddingSize, embeddingSize);
    await pause(call, signal);
  }
  const read = Array.from(ids).slice(0, predictions);
  const jacobians = await jacobianProducts(model, trace(model, read), jacobianSteps, signal);
  const byDistance = meanByDistance(inputs, predictions);
  return {
    predictions,
    layers: jacobians.map((layer, index) => ({
      ...layer,
      h: hs[index],
      ...(cs.length > 0 ? { c: cs[index] } : {}),
    })),
    inputs,
    byDistance,
    halfLifeSteps: halfLife(byDistance),
  };
}

/** Where numbers that begin at distance 0 have first fallen below half of the first one, interpolated between whole distances. */
export function halfLife(byDistance: ArrayLike<number>): number | undefined {
  const half = byDistance[0] / 2;
  for (let k = 1; k < byDistance.length; k++) {
    if (!(byDistance[k] < half)) continue;
    const before = byDistance[k - 1];
    return k - 1 + (before - half) / (before - byDistance[k]);
  }
  return undefined;
}

function meanByDistance(matrix: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => {
    let total = 0;
    for (let t = k; t < n; t++) total += matrix[t * n + t - k];
    return total / (n - k);
  });
}

function norm(numbers: ArrayLike<number>, start: number, width: number): number {
  let total = 0;
  for (let index = start; index < start + width; index++) total += numbers[index] * numbers[index];
  return Math.sqrt(total);
}
