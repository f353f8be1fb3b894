// Forward and backward sums of a linear-chain conditional random field (Lafferty, McCallum & Pereira 2001). A path y through T steps of
// K tags has the score
//   s(y) = start[y₀] + Σ e[t, y_t] + Σ transitions[y_{t−1}, y_t] + end[y_{T−1}]
// and the probability exp(s(y)) / Z. With α_t(j) = e^{e[t, j]} Σ_i α_{t−1}(i) e^{transitions[i, j]}, and β alike from the end, scaled at each
// step so that α sums to 1 (Rabiner 1989), tag j stands at t with probability α_t(j) β_t(j).
import { exp } from "../random/exp.ts";

/** Scores beside the emissions, flat: transitions [K·K] from the row's tag to the column's, start and end [K]. */
export interface ChainScores {
  readonly transitions: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** Where the expected counts of a sequence are put: `marginals` overwrites [T·K], the others add. */
export interface ExpectedCounts {
  readonly marginals: Float64Array;
  readonly transitions: Float64Array;
}

/** Scores that differ by less cannot leave the range of float64 within a step. */
const WIDEST = 600;

/** Works for sequences of any length with one set of scores; its room is taken once and grows. */
export class ForwardBackward {
  readonly #tags: number;
  readonly #scores: ChainScores;
  /** e^{scores − their largest}. */
  readonly #moves: Float64Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #mostMove: number;
  readonly #mostFirst: number;
  readonly #mostLast: number;
  readonly #range: number;
  #alphas = new Float64Array(0);
  #weights = new Float64Array(0);
  #totals = new Float64Array(0);
  readonly #betas: Float64Array;
  readonly #ahead: Float64Array;

  constructor(scores: ChainScores) {
    const { transitions, start, end } = scores;
    this.#tags = start.length;
    this.#scores = scores;
    this.#mostMove = largest(transitions, 0, transitions.length);
    this.#mostFirst = largest(start, 0, start.length);
    this.#mostLast = largest(end, 0, end.length);
    this.#moves = Float64Array.from(transitions, (score) => exp(score - this.#mostMove));
    this.#first = Float64Array.from(start, (score) => exp(score - this.#mostFirst));
    this.#last = Float64Array.from(end, (score) => exp(score - this.#mostLast));
    this.#range = Math.max(...[transitions, start, end].map((each) => rangeOf(each, 0, each.length)));
    this.#betas = new Float64Array(this.#tags);
    this.#ahead = new Float64Array(this.#tags);
  }

  /** ln Z of emissions e [T·K] that stand from `from` on, and the expected counts of tags and transitions where they are asked for. */
  run(emissions: ArrayLike<number>, from: number, steps: number, expected?: ExpectedCounts): number {
    const size = steps * this.#tags;
    if (this.#alphas.length < size) {
      this.#alphas = new Float64Array(size);
      this.#weights = new Float64Array(size);
      this.#totals = new Float64Array(steps);
    }
    if (!(rangeOf(emissions, from, size) + this.#range < WIDEST))
      return this.#inLogarithms(emissions, from, steps, expected);
    const logZ = this.#forward(emissions, from, steps);
    if (expected) this.#backward(steps, expected);
    return logZ;
  }

  #forward(emissions: ArrayLike<number>, from: number, steps: number): number {
    const K = this.#tags;
    const [alphas, weights, totals, moves] = [this.#alphas, this.#weights, this.#totals, this.#moves];
    let logZ = this.#mostFirst + this.#mostLast + (steps - 1) * this.#mostMove;
    for (let t = 0; t < steps; t++) {
      const now = t * K;
      const most = largest(emissions, from + now, K);
      logZ += most;
      for (let j = 0; j < K; j++) {
        weights[now + j] = exp(emissions[from + now + j] - most);
        alphas[now + j] = t === 0 ? this.#first[j] : 0;
      }
      if (t > 0) {
        for (let i = 0; i < K; i++) {
          const before = alphas[now - K + i];
          const row = i * K;
          for (let j = 0; j < K; j++) alphas[now + j] += before * moves[row + j];
        }
      }
      let total = 0;
      for (let j = 0; j < K; j++) {
        alphas[now + j] *= weights[now + j];
        total += alphas[now + j];
      }
      for (let j = 0; j < K; j++) alphas[now + j] /= total;
      totals[t] = total;
      logZ += Math.log(total);
    }
    let ending = 0;
    for (let j = 0; j < K; j++) ending += alphas[(steps - 1) * K + j] * this.#last[j];
    for (let j = 0; j < K; j++) this.#betas[j] = this.#last[j] / ending;
    return logZ + Math.log(ending);
  }

  #backward(steps: number, { marginals, transitions }: ExpectedCounts): void {
    const K = this.#tags;
    const [alphas, weights, totals, moves] = [this.#alphas, this.#weights, this.#totals, this.#moves];
    const [betas, ahead] = [this.#betas, this.#ahead];
    for (let t = steps - 1; t >= 0; t--) {
      const now = t * K;
      for (let j = 0; j < K; j++) marginals[now + j] = alphas[now + j] * betas[j];
      if (t === 0) return;
      for (let j = 0; j < K; j++) ahead[j] = (weights[now + j] * betas[j]) / totals[t];
      for (let i = 0; i < K; i++) {
        const before = alphas[now - K + i];
        const row = i * K;
        let sum = 0;
        for (let j = 0; j < K; j++) {
          const passed = moves[row + j] * ahead[j];
          sum += passed;
          transitions[row + j] += before * passed;
        }
        betas[i] = sum;
      }
    }
  }

  /** The same in logarithms, slower: for scores that lie far apart, or that forbid something with −∞. */
  #inLogarithms(
    emissions: ArrayLike<number>,
    from: number,
    steps: number,
    expected: ExpectedCounts | undefined,
  ): number {
    const K = this.#tags;
    const { transitions, start, end } = this.#scores;
    const alphas = this.#alphas;
    const terms = this.#ahead;
    for (let t = 0; t < steps; t++) {
      const now = t * K;
      for (let j = 0; j < K; j++) {
        for (let i = 0; i < K && t > 0; i++) terms[i] = alphas[now - K + i] + transitions[i * K + j];
        alphas[now + j] = emissions[from + now + j] + (t === 0 ? start[j] : logSum(terms));
      }
    }
    const betas = Float64Array.from(end);
    for (let j = 0; j < K; j++) terms[j] = alphas[(steps - 1) * K + j] + end[j];
    const logZ = logSum(terms);
    if (!expected) return logZ;
    const next = new Float64Array(K);
    for (let t = steps - 1; t >= 0; t--) {
      const now = t * K;
      for (let j = 0; j < K; j++) expected.marginals[now + j] = exp(alphas[now + j] + betas[j] - logZ);
      for (let i = 0; i < K && t > 0; i++) {
        for (let j = 0; j < K; j++) {
          terms[j] = transitions[i * K + j] + emissions[from + now + j] + betas[j];
          expected.transitions[i * K + j] += exp(alphas[now - K + i] + terms[j] - logZ);
        }
        next[i] = logSum(terms);
      }
      betas.set(next);
    }
    return logZ;
  }
}

/** ln Σ e^{terms}. */
function logSum(terms: ArrayLike<number>): number {
  const most = largest(terms, 0, terms.length);
  if (most === Number.NEGATIVE_INFINITY) return most;
  let total = 0;
  for (let at = 0; at < terms.length; at++) total += exp(terms[at] - most);
  return most + Math.log(total);
}

function largest(numbers: ArrayLike<number>, from: number, count: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = from; at < from + count; at++) if (numbers[at] > most) most = numbers[at];
  return most;
}

/** How far numbers lie apart; NaN where one is NaN. */
function rangeOf(numbers: ArrayLike<number>, from: number, count: number): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = from; at < from + count; at++) {
    const value = numbers[at];
    if (Number.isNaN(value)) return value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}
