// Multinomial logistic regression on sparse rows: what any network that reads sequences has to beat.
import { Generator } from "../../random/philox.ts";

/** The features of an example that are not zero. */
export interface SparseRow {
  readonly places: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Weights [V, F] class by class, and a bias for each class. */
export interface LogisticRegression {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** What it is fitted with. */
export interface LogisticOptions {
  readonly features: number;
  readonly classes: number;
  readonly seed: number;
}

const EPOCHS = 10;
const RATE = 0.1;
const DECAY = 1e-4;

/**
 * Fits it by AdaGrad (Duchi et al. 2011), ten times through the rows, with a little decay of the weights.
 *
 * @param targets the class of each row, or where rows have several, 1 or 0 for each class: then each is a yes or no of its own
 */
export function fitLogisticRegression(
  rows: readonly SparseRow[],
  targets: ArrayLike<number> | readonly (readonly number[])[],
  { features, classes, seed }: LogisticOptions,
): LogisticRegression {
  const weight = new Float32Array(classes * features);
  const bias = new Float32Array(classes);
  const squares = new Float32Array(weight.length).fill(1e-8);
  const biasSquares = new Float32Array(classes).fill(1e-8);
  const shares = new Float64Array(classes);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const row of new Generator(seed).fork(epoch).permutation(rows.length)) {
      const { places, values } = rows[row];
      const target = targets[row];
      const isOne = typeof target === "number";
      if (isOne) logisticProbabilities({ weight, bias }, rows[row], shares);
      else logisticLogits({ weight, bias }, rows[row], shares);
      for (let v = 0; v < classes; v++) {
        const error = isOne ? shares[v] - (v === target ? 1 : 0) : 1 / (1 + Math.exp(-shares[v])) - target[v];
        biasSquares[v] += error * error;
        bias[v] -= (RATE * error) / Math.sqrt(biasSquares[v]);
        for (let at = 0; at < places.length; at++) {
          const place = v * features + places[at];
          const slope = error * values[at] + DECAY * weight[place];
          squares[place] += slope * slope;
          weight[place] -= (RATE * slope) / Math.sqrt(squares[place]);
        }
      }
    }
  }
  return { weight, bias };
}

/** The probability of each class for a row, written into `shares`. */
export function logisticProbabilities(
  model: LogisticRegression,
  row: SparseRow,
  shares: Float64Array,
): Float64Array {
  logisticLogits(model, row, shares);
  let most = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < shares.length; v++) most = Math.max(most, shares[v]);
  let total = 0;
  for (let v = 0; v < shares.length; v++) {
    shares[v] = Math.exp(shares[v] - most);
    total += shares[v];
  }
  for (let v = 0; v < shares.length; v++) shares[v] /= total;
  return shares;
}

/** The logit of each class for a row, written into `logits`. */
export function logisticLogits(
  { weight, bias }: LogisticRegression,
  { places, values }: SparseRow,
  logits: Float64Array,
): Float64Array {
  const features = weight.length / bias.length;
  for (let v = 0; v < logits.length; v++) {
    let sum = bias[v];
    for (let at = 0; at < places.length; at++) sum += weight[v * features + places[at]] * values[at];
    logits[v] = sum;
  }
  return logits;
}
