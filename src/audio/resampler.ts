// Sound at another rate: each new sample is a sum of the old ones around its time t, weighted by a low-pass filter,
//   y(t) = Σ x[n] · c·sinc(c·(n − t)) · k((n − t)·c/Z)    k the window of Kaiser (1974), I₀(β√(1 − u²))/I₀(β)
// with t and n in old samples and c the cutoff, a little below half of the lower rate (Smith & Gossett 1984). Times repeat after as many new
// samples as the new rate has without its common divisor with the old one, so weights are computed once for each of these phases.
import { UnrolledError } from "../errors.ts";
import { turned } from "../random/circle.ts";
import { requireSampleRate, requireSamples } from "./sound.ts";

/** Zeros of sinc to either side, β of the window (stop band below −70 dB), and where the filter ends, as a part of half the lower rate. */
const ZEROS = 32;
const BETA = 7;
const ROLL_OFF = 0.93;
/** Weights that are kept; with more phases than fit, they are computed again each time. */
const MOST_KEPT = 2 ** 20;

/** From and to which rate. */
export interface Rates {
  readonly fromHz: number;
  readonly toHz: number;
}

/** Resamples sound that comes in pieces: the same samples, bit by bit, as of the whole. */
export class Resampler {
  /** Without their common divisor. */
  readonly #from: number;
  readonly #to: number;
  readonly #cutoff: number;
  /** Old samples to either side that a new one is made of. */
  readonly #side: number;
  readonly #kept = new Map<number, Float64Array>();
  readonly #mostKept: number;
  /** Old samples from `#first` on; those before the first one are silence. */
  #pending: Float32Array;
  #first: number;
  #received = 0;
  /** The number of the next new sample. */
  #next = 0;

  /** @throws UnrolledError "invalid-argument" for rates that are no whole numbers of Hz */
  constructor({ fromHz, toHz }: Rates) {
    const call = "Resampler";
    requireSampleRate(call, "fromHz", fromHz);
    requireSampleRate(call, "toHz", toHz);
    if (!Number.isInteger(fromHz) || !Number.isInteger(toHz))
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "rates",
        got: `${fromHz} and ${toHz}`,
        needed: "whole numbers of Hz",
      });
    const divisor = greatestDivisor(fromHz, toHz);
    this.#from = fromHz / divisor;
    this.#to = toHz / divisor;
    this.#cutoff = ROLL_OFF * Math.min(1, toHz / fromHz);
    this.#side = Math.ceil(ZEROS / this.#cutoff);
    this.#mostKept = Math.floor(MOST_KEPT / (2 * this.#side));
    this.#first = -this.#side;
    this.#pending = new Float32Array(this.#side);
  }

  /** The new samples that these complete. */
  push(samples: Float32Array): Float32Array {
    requireSamples("Resampler.push", samples);
    this.#received += samples.length;
    return this.#made(joined(this.#pending, samples), this.#received);
  }

  /** What is left when no more samples come: there are as many new samples as fit into the time of the old ones. */
  finish(): Float32Array {
    return this.#made(joined(this.#pending, new Float32Array(this.#side + 1)), Number.POSITIVE_INFINITY);
  }

  #made(old: Float32Array, received: number): Float32Array {
    const [from, to, side, first] = [this.#from, this.#to, this.#side, this.#first];
    const all = Math.ceil((this.#received * to) / from);
    const begun = this.#next;
    const made = new Float32Array(Math.max(0, all - begun));
    // The time of a new sample: the old one before it, counted from `first`, and the phase behind that.
    let before = Math.floor((begun * from) / to) - first;
    let phase = (begun * from) % to;
    const [whole, rest] = [Math.floor(from / to), from % to];
    const last = Math.min(old.length, received - first) - side;
    let count = 0;
    while (count < made.length && before < last) {
      made[count++] = weightedSum(this.#weights(phase), old, before - side + 1);
      before += whole;
      phase += rest;
      if (phase >= to) {
        phase -= to;
        before += 1;
      }
    }
    this.#next = begun + count;
    const keepFrom = Math.max(0, before - side + 1);
    this.#pending = old.slice(Math.min(keepFrom, old.length));
    this.#first += Math.min(keepFrom, old.length);
    return made.slice(0, count);
  }

  /** Weights of the old samples from side − 1 before to side behind the whole part of a time, whose rest is phase/to. */
  #weights(phase: number): Float64Array {
    const kept = this.#kept.get(phase);
    if (kept) return kept;
    const cutoff = this.#cutoff;
    const table = filterTable();
    const weights = new Float64Array(2 * this.#side);
    for (let at = 0; at < weights.length; at++) {
      const distance = Math.abs(at - this.#side + 1 - phase / this.#to);
      weights[at] = cutoff * filterAt(table, distance * cutoff);
    }
    if (this.#kept.size < this.#mostKept) this.#kept.set(phase, weights);
    return weights;
  }
}

/** Σ weights[at] · samples[begin + at], in four sums that do not wait for one another. */
function weightedSum(weights: Float64Array, samples: Float32Array, begin: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < weights.length; at += 4) {
    first += weights[at] * samples[begin + at];
    second += weights[at + 1] * samples[begin + at + 1];
    third += weights[at + 2] * samples[begin + at + 2];
    fourth += weights[at + 3] * samples[begin + at + 3];
  }
  for (; at < weights.length; at++) first += weights[at] * samples[begin + at];
  return first + second + (third + fourth);
}

/**
 * Samples at another rate.
 *
 * @throws UnrolledError "invalid-argument" for rates that are no whole numbers of Hz
 */
export function resample(samples: Float32Array, rates: Rates): Float32Array {
  requireSamples("resample", samples);
  if (rates.fromHz === rates.toHz) return samples;
  const resampler = new Resampler(rates);
  return joined(resampler.push(samples), resampler.finish());
}

function joined(left: Float32Array, right: Float32Array): Float32Array {
  const both = new Float32Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Points of the filter from one zero to the next; between them it is taken for a straight line, which is within 2e-6. */
const FINE = 1024;
let filter: Float64Array | undefined;

/** sinc(u) · k(u/Z) for 0 ≤ u ≤ Z at each of its points. */
function filterTable(): Float64Array {
  filter ??= Float64Array.from({ length: ZEROS * FINE + 2 }, (_, at) => {
    const u = at / FINE;
    if (u >= ZEROS) return 0;
    const sinc = at === 0 ? 1 : turned(at, 2 * FINE)[1] / (Math.PI * u);
    return (sinc * bessel(BETA * Math.sqrt(1 - (u / ZEROS) ** 2))) / bessel(BETA);
  });
  return filter;
}

function filterAt(table: Float64Array, u: number): number {
  if (u >= ZEROS) return 0;
  const place = u * FINE;
  const whole = Math.floor(place);
  return table[whole] + (place - whole) * (table[whole + 1] - table[whole]);
}

/** I₀(x) = Σ ((x/2)^k / k!)² */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k <= 40; k++) {
    const factor = x / (2 * k);
    term *= factor * factor;
    sum += term;
  }
  return sum;
}
