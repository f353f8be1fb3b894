// Sound at another rate: each new sample is a sum of the old ones around its time t, weighted by a low-pass filter,
//   y(t) = Σ x[n] · c·sinc(c·(n − t)) · k((n − t)·c/Z)    k the window of Kaiser (1974), I₀(β√(1 − u²))/I₀(β)
// with t and n in old samples and c the cutoff, a little below half of the lower rate (Smith & Gossett 1984). Times repeat after as many new
// samples as the new rate has without its common divisor with the old one, so weights are computed once for each of these phases.
import { UnrolledError } from "../errors.ts";
import { filterAt, filterTable, ZEROS } from "./resampling-filter.ts";
import { requireSampleRate, requireSamples } from "./sound.ts";

/** Where the filter ends, as a part of half the lower rate. */
const ROLL_OFF = 0.93;
/** New samples of one phase that are made at a time. */
const TOGETHER = 8;
/** New samples, one behind the other, that are made at a time of what is left. */
const RUN = 4;
/** Old samples that are read at a time, at most. */
const BLOCK = 2 ** 15;
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
  /** Old samples that are read at a time: whole turns of all phases, if they are not too long. */
  readonly #block: number;
  /** As many old samples as `#filled` says, from `#first` on; those before the first one are silence. */
  readonly #held: Float32Array;
  #filled: number;
  #first: number;
  #received = 0;
  /** The number of the next new sample. */
  #next = 0;
  /** Where a run's sums begin, and their weights. */
  readonly #begins = new Int32Array(RUN);
  readonly #runs: Float64Array[] = [];

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
    const turn = TOGETHER * this.#from;
    this.#block = turn > BLOCK ? BLOCK : turn * Math.ceil(BLOCK / 2 / turn);
    this.#first = -this.#side;
    this.#filled = this.#side;
    this.#held = new Float32Array(this.#block + 2 * this.#side + Math.ceil(fromHz / toHz) + 1);
  }

  /** The new samples that these complete. */
  push(samples: Float32Array): Float32Array {
    requireSamples("Resampler.push", samples);
    this.#received += samples.length;
    // Those whose last old sample is there.
    const there = Math.ceil(((this.#received - this.#side) * this.#to) / this.#from);
    return this.#read(samples, Math.min(this.#all, there));
  }

  /** What is left when no more samples come: there are as many new samples as fit into the time of the old ones. */
  finish(): Float32Array {
    return this.#read(new Float32Array(this.#side + 1), this.#all);
  }

  get #all(): number {
    return Math.ceil((this.#received * this.#to) / this.#from);
  }

  /** Reads old samples, block by block, and gives the new ones up to a number. */
  #read(samples: Float32Array, until: number): Float32Array {
    const made = new Float32Array(Math.max(0, until - this.#next));
    let count = 0;
    for (let at = 0; at < samples.length; at += this.#block) {
      const block = samples.subarray(at, at + this.#block);
      this.#held.set(block, this.#filled);
      this.#filled += block.length;
      count = this.#make(made, count);
    }
    return made;
  }

  /** Makes what the samples that are held are enough for, behind those that are done, and gives how many are then. */
  #make(made: Float32Array, done: number): number {
    const [from, to, side, first] = [this.#from, this.#to, this.#side, this.#first];
    const old = this.#held;
    const begun = this.#next;
    let count = done;
    // The time of a new sample: the old one before it, counted from `first`, and the phase behind that.
    let before = Math.floor((begun * from) / to) - first;
    let phase = (begun * from) % to;
    const [whole, rest] = [Math.floor(from / to), from % to];
    const advance = () => {
      before += whole;
      phase += rest;
      if (phase < to) return;
      phase -= to;
      before += 1;
    };
    const last = this.#filled - side;
    // The last of a group stands one step before the first of the next.
    const isThere = () => before + TOGETHER * from - whole - (phase < rest ? 1 : 0) < last;
    while (count + TOGETHER * to <= made.length && isThere()) {
      for (let at = 0; at < to; at++, advance())
        weightedSums(this.#weights(phase), old, before - side + 1, from, made, count + at, to);
      before += (TOGETHER - 1) * from;
      count += TOGETHER * to;
    }
    while (count < made.length && before < last) {
      let run = 0;
      for (; run < RUN && count + run < made.length && before < last; run++, advance()) {
        this.#begins[run] = before - side + 1;
        this.#runs[run] = this.#weights(phase);
      }
      if (run === RUN) runOfSums(this.#runs, old, this.#begins, made, count);
      else
        for (let at = 0; at < run; at++)
          made[count + at] = weightedSum(this.#runs[at], old, this.#begins[at]);
      count += run;
    }
    this.#next = begun + count - done;
    const passed = Math.min(Math.max(0, before - side + 1), this.#filled);
    old.copyWithin(0, passed, this.#filled);
    this.#filled -= passed;
    this.#first += passed;
    return count;
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

/** Σ weights[at] · samples[begin + at], in the order of at. */
function weightedSum(weights: Float64Array, samples: Float32Array, begin: number): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at] * samples[begin + at];
  return sum;
}

/** The same for each of a run, side by side: the sums do not wait for one another. */
function runOfSums(
  weights: readonly Float64Array[],
  samples: Float32Array,
  begins: Int32Array,
  made: Float32Array,
  into: number,
): void {
  const [weights0, weights1, weights2, weights3] = weights;
  const [begin0, begin1, begin2, begin3] = begins;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let at = 0; at < weights0.length; at++) {
    sum0 += weights0[at] * samples[begin0 + at];
    sum1 += weights1[at] * samples[begin1 + at];
    sum2 += weights2[at] * samples[begin2 + at];
    sum3 += weights3[at] * samples[begin3 + at];
  }
  made[into] = sum0;
  made[into + 1] = sum1;
  made[into + 2] = sum2;
  made[into + 3] = sum3;
}

/** The same for eight begins, each `step` behind the one before it, into every `stride`th of `made`: a weight is read once for all. */
function weightedSums(
  weights: Float64Array,
  samples: Float32Array,
  begin: number,
  step: number,
  made: Float32Array,
  into: number,
  stride: number,
): void {
  // As whole numbers of 32 bits, which places in arrays are found by the fastest.
  const begin0 = begin | 0;
  const begin1 = (begin0 + step) | 0;
  const begin2 = (begin1 + step) | 0;
  const begin3 = (begin2 + step) | 0;
  const begin4 = (begin3 + step) | 0;
  const begin5 = (begin4 + step) | 0;
  const begin6 = (begin5 + step) | 0;
  const begin7 = (begin6 + step) | 0;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let sum4 = 0;
  let sum5 = 0;
  let sum6 = 0;
  let sum7 = 0;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at];
    sum0 += weight * samples[begin0 + at];
    sum1 += weight * samples[begin1 + at];
    sum2 += weight * samples[begin2 + at];
    sum3 += weight * samples[begin3 + at];
    sum4 += weight * samples[begin4 + at];
    sum5 += weight * samples[begin5 + at];
    sum6 += weight * samples[begin6 + at];
    sum7 += weight * samples[begin7 + at];
  }
  made[into] = sum0;
  made[into + stride] = sum1;
  made[into + 2 * stride] = sum2;
  made[into + 3 * stride] = sum3;
  made[into + 4 * stride] = sum4;
  made[into + 5 * stride] = sum5;
  made[into + 6 * stride] = sum6;
  made[into + 7 * stride] = sum7;
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
