// Ridge regression (Hoerl & Kennard 1970): what a network that reads windows of numbers has to beat.

/** Weights [M, F] of M outputs, and a bias for each. */
export interface RidgeRegression {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Rows x [F] and y [M] as sums: Σ x xᵀ, Σ x yᵀ and Σ y yᵀ's diagonal, with a last entry of 1 in x. */
interface Sums {
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  readonly squares: Float64Array;
}

/** The penalties that are tried, as shares of the mean square of a feature. */
const PENALTIES = [1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** Gathers rows, of which later ones choose the penalty, and fits the weights to all of them. */
export class RidgeFit {
  readonly #features: number;
  readonly #outputs: number;
  readonly #earlier: Sums;
  readonly #later: Sums;

  constructor(features: number, outputs: number) {
    this.#features = features + 1;
    this.#outputs = outputs;
    this.#earlier = emptySums(this.#features, outputs);
    this.#later = emptySums(this.#features, outputs);
  }

  /** A row: x [F] from a place in a list on, and y [M]. */
  add(xs: ArrayLike<number>, start: number, y: ArrayLike<number>, isLater: boolean): void {
    const [n, m] = [this.#features, this.#outputs];
    const { gram, cross, squares } = isLater ? this.#later : this.#earlier;
    for (let i = 0; i < n; i++) {
      const x = i < n - 1 ? xs[start + i] : 1;
      if (x === 0) continue;
      for (let j = 0; j < i; j++) gram[i * n + j] += x * xs[start + j];
      gram[i * n + i] += x * x;
      for (let k = 0; k < m; k++) cross[i * m + k] += x * y[k];
    }
    for (let k = 0; k < m; k++) squares[k] += y[k] * y[k];
  }

  /** The weights with the penalty that suits the later rows best, fitted to all rows. */
  fit(): RidgeRegression {
    const [n, m] = [this.#features, this.#outputs];
    const all = emptySums(n, m);
    for (const each of [this.#earlier, this.#later])
      for (const name of ["gram", "cross", "squares"] as const)
        for (let at = 0; at < all[name].length; at++) all[name][at] += each[name][at];
    let best = { penalty: PENALTIES[0], error: Number.POSITIVE_INFINITY };
    for (const penalty of PENALTIES) {
      const error = squaredError(this.#later, solve(this.#earlier, n, m, penalty), n, m);
      if (error < best.error) best = { penalty, error };
    }
    const solution = solve(all, n, m, best.penalty);
    const weight = new Float64Array(m * (n - 1));
    for (let k = 0; k < m; k++) for (let i = 0; i < n - 1; i++) weight[k * (n - 1) + i] = solution[i * m + k];
    return { weight, bias: solution.slice((n - 1) * m) };
  }
}

function emptySums(features: number, outputs: number): Sums {
  return {
    gram: new Float64Array(features * features),
    cross: new Float64Array(features * outputs),
    squares: new Float64Array(outputs),
  };
}

/** Σ (y − wᵀx)², from the sums alone. */
function squaredError({ gram, cross, squares }: Sums, solution: Float64Array, n: number, m: number): number {
  let error = 0;
  for (let k = 0; k < m; k++) {
    error += squares[k];
    for (let i = 0; i < n; i++) {
      const w = solution[i * m + k];
      error += w * (gram[i * n + i] * w - 2 * cross[i * m + k]);
      for (let j = 0; j < i; j++) error += 2 * w * gram[i * n + j] * solution[j * m + k];
    }
  }
  return error;
}

/** (Σ x xᵀ + λ I)⁻¹ Σ x yᵀ [F, M], by Cholesky's factors; the last feature, the bias, has no penalty. */
function solve({ gram, cross }: Sums, n: number, m: number, penalty: number): Float64Array {
  let mean = 0;
  for (let i = 0; i < n - 1; i++) mean += gram[i * n + i] / Math.max(1, n - 1);
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * n + j];
      if (i === j) sum += i < n - 1 ? penalty * mean + 1e-12 : 1e-9;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * n + j];
    }
  }
  const solution = cross.slice();
  for (let k = 0; k < m; k++) {
    for (let i = 0; i < n; i++) {
      let sum = solution[i * m + k];
      for (let j = 0; j < i; j++) sum -= factor[i * n + j] * solution[j * m + k];
      solution[i * m + k] = sum / factor[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = solution[i * m + k];
      for (let j = i + 1; j < n; j++) sum -= factor[j * n + i] * solution[j * m + k];
      solution[i * m + k] = sum / factor[i * n + i];
    }
  }
  return solution;
}

/** Writes the M outputs for x [F] from a place in a list on. */
export function ridgeOutputs(
  { weight, bias }: RidgeRegression,
  xs: ArrayLike<number>,
  start: number,
  outputs: Float64Array | Float32Array,
): void {
  const features = weight.length / bias.length;
  for (let k = 0; k < bias.length; k++) {
    let sum = bias[k];
    for (let i = 0; i < features; i++) sum += weight[k * features + i] * xs[start + i];
    outputs[k] = sum;
  }
}
