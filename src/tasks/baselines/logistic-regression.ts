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

/** Fits it by AdaGrad (Duchi et al. 2011), ten times through the rows, with a little decay of the weights. */
export function fitLogisticRegression(
  rows: readonly SparseRow[],
  targets: ArrayLike<number>,
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
      logisticProbabilities({ weight, bias }, rows[row], shares);
      for (let v = 0; v < classes; v++) {
        const error = shares[v] - (v === targets[row] ? 1 : 0);
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
  { weight, bias }: LogisticRegression,
  { places, values }: SparseRow,
  shares: Float64Array,
): Float64Array {
  const features = weight.length / bias.length;
  let most = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < shares.length; v++) {
    let sum = bias[v];
    for (let at = 0; at < places.length; at++) sum += weight[v * features + places[at]] * values[at];
    shares[v] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let v = 0; v < shares.length; v++) {
    shares[v] = Math.exp(shares[v] - most);
    total += shares[v];
  }
  for (let v = 0; v < shares.length; v++) shares[v] /= total;
  return shares;
}
