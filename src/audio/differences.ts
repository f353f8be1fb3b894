// Differences over time (Furui 1986), by linear regression over n frames to either side:
//   Δ_t = Σ_{j=−n}^{n} j · x_{t+j} / Σ j²
// with the first and the last frame repeated beyond the ends. HTK's ΔΔ are the differences of Δ, whose own first and last are repeated;
// Kaldi's are one sum over 2n frames to either side.
import type { Frames } from "./frames.ts";
import type { ResolvedFrontEnd } from "./front-end-options.ts";

/** Sums over frames to either side, given one by one: what goes in at t comes out when t + n is there. */
class FrameSums {
  readonly #weights: Float64Array;
  readonly #side: number;
  /** Frames from t − n on, or from the first. */
  readonly #rows: Float64Array[] = [];
  /** The number of the first of them, and of the next sum. */
  #first = 0;
  #next = 0;

  constructor(weights: Float64Array) {
    this.#weights = weights;
    this.#side = (weights.length - 1) / 2;
  }

  push(row: Float64Array): Float64Array[] {
    this.#rows.push(row);
    return this.#first + this.#rows.length > this.#next + this.#side ? [this.#sum()] : [];
  }

  finish(): Float64Array[] {
    const left: Float64Array[] = [];
    while (this.#next < this.#first + this.#rows.length) left.push(this.#sum());
    return left;
  }

  #sum(): Float64Array {
    const rows = this.#rows;
    const sum = new Float64Array(rows[0].length);
    for (const [at, weight] of this.#weights.entries()) {
      const place = this.#next + at - this.#side - this.#first;
      const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
      for (let entry = 0; entry < sum.length; entry++) sum[entry] += weight * row[entry];
    }
    this.#next += 1;
    if (this.#next - this.#side > this.#first) {
      rows.shift();
      this.#first += 1;
    }
    return sum;
  }
}

/** Frames with their differences behind them, as soon as these are known. */
export class Differences {
  /** For x, Δ and ΔΔ: what is known and not yet given, oldest first. */
  readonly #known: Float64Array[][];
  readonly #sums: readonly FrameSums[];
  /** Whether ΔΔ is made of Δ. */
  readonly #isChained: boolean;

  constructor({ deltas, deltaWindow, style }: ResolvedFrontEnd) {
    this.#known = Array.from({ length: deltas + 1 }, () => []);
    this.#isChained = style === "htk";
    const once = regression(deltaWindow);
    const twice = this.#isChained ? once : convolved(once, once);
    this.#sums = [once, twice].slice(0, deltas).map((weights) => new FrameSums(weights));
  }

  push(row: Float64Array): Float64Array[] {
    this.#known[0].push(row);
    this.#add(1, row);
    if (!this.#isChained) this.#add(2, row);
    return this.#complete();
  }

  finish(): Float64Array[] {
    const [first, second] = this.#sums;
    for (const row of first?.finish() ?? []) {
      this.#known[1].push(row);
      if (this.#isChained) this.#add(2, row);
    }
    if (second) this.#known[2].push(...second.finish());
    return this.#complete();
  }

  /** A frame to the sums of an order; those of HTK's first order go on to the second. */
  #add(order: number, row: Float64Array): void {
    const sums = this.#sums[order - 1];
    if (!sums) return;
    for (const sum of sums.push(row)) {
      this.#known[order].push(sum);
      if (order === 1 && this.#isChained) this.#add(2, sum);
    }
  }

  #complete(): Float64Array[] {
    const known = this.#known;
    const rows: Float64Array[] = [];
    while (known.every(({ length }) => length > 0)) {
      const parts = known.map((each) => each.shift()!);
      const row = new Float64Array(parts.length * parts[0].length);
      for (const [at, part] of parts.entries()) row.set(part, at * part.length);
      rows.push(row);
    }
    return rows;
  }
}

/** Frames [T, F] that are all there, with their differences behind them [T, F·(1 + deltas)]: to the last bit what comes of them one by one. */
export function withDifferences(
  { width, values }: Frames,
  { deltas, deltaWindow, style }: Pick<ResolvedFrontEnd, "deltas" | "deltaWindow" | "style">,
): Frames {
  if (deltas === 0) return { width, values };
  const once = regression(deltaWindow);
  const known = Float64Array.from(values);
  const first = sumsOver(known, width, once);
  const parts = [known, first];
  if (deltas === 2)
    parts.push(
      style === "htk" ? sumsOver(first, width, once) : sumsOver(known, width, convolved(once, once)),
    );
  const all = width * parts.length;
  const made = new Float32Array(values.length * parts.length);
  for (const [at, part] of parts.entries())
    for (let row = 0, to = at * width; row < part.length; row += width, to += all)
      for (let entry = 0; entry < width; entry++) made[to + entry] = part[row + entry];
  return { width: all, values: made };
}

/** Sums over frames to either side, the first and the last one repeated. */
function sumsOver(rows: Float64Array, width: number, weights: Float64Array): Float64Array {
  const side = (weights.length - 1) / 2;
  const last = rows.length / width - 1;
  const sums = new Float64Array(rows.length);
  for (let t = 0; t <= last; t++)
    for (let at = 0; at < weights.length; at++) {
      const from = Math.max(0, Math.min(last, t + at - side)) * width;
      const weight = weights[at];
      for (let entry = 0; entry < width; entry++) sums[t * width + entry] += weight * rows[from + entry];
    }
  return sums;
}

function regression(side: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * side + 1 }, (_, at) => at - side);
  const squares = weights.reduce((sum, j) => sum + j * j, 0);
  return weights.map((j) => j / squares);
}

function convolved(left: Float64Array, right: Float64Array): Float64Array {
  const product = new Float64Array(left.length + right.length - 1);
  for (let i = 0; i < left.length; i++)
    for (let j = 0; j < right.length; j++) product[i + j] += left[i] * right[j];
  return product;
}
