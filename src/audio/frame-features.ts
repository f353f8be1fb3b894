// One frame's numbers: noise, offset, energy, preëmphasis, window, spectrum, filters, logarithms, cepstra, in this order. Samples count as
// integers of 16 bits do, as in HTK and Kaldi.
import { log } from "../random/log.ts";
import { Generator } from "../random/philox.ts";
import { cepstraMatrix } from "./cepstra.ts";
import { frameWindow } from "./frame-window.ts";
import type { ResolvedFrontEnd } from "./front-end-options.ts";
import { type MelFilter, melFilters } from "./mel-filters.ts";
import { RealFft } from "./real-fft.ts";

const FULL_SCALE = 32768;
/** The least that logarithms are taken of: of filters 1 with HTK (MELFLOOR), otherwise the distance of float32 from 1 to the next. */
const FLOOR = 2 ** -23;
const HTK_FLOOR = 1;

/** Computes frames, one after the other, in room that it keeps. */
export class FrameFeatures {
  /** Numbers a frame, without differences. */
  readonly width: number;
  readonly windowSamples: number;
  readonly hopSamples: number;
  readonly #options: ResolvedFrontEnd;
  readonly #window: Float64Array;
  readonly #filters: readonly MelFilter[];
  readonly #cepstra: Float64Array | undefined;
  readonly #fft: RealFft;
  readonly #frame: Float64Array;
  readonly #power: Float64Array;
  readonly #logs: Float64Array;
  readonly #noise: Generator;

  constructor(options: ResolvedFrontEnd) {
    const { sampleRateHz, windowMs, hopMs, window, filters, kind, dither, seed } = options;
    this.#options = options;
    this.windowSamples = wholeSamples(windowMs, sampleRateHz);
    this.hopSamples = wholeSamples(hopMs, sampleRateHz);
    const size = 2 ** Math.ceil(Math.log2(this.windowSamples));
    this.#window = frameWindow(window, this.windowSamples);
    this.#filters = melFilters(options, size);
    this.#cepstra = kind === "mfcc" ? cepstraMatrix(options) : undefined;
    this.#fft = new RealFft(size);
    this.#frame = new Float64Array(size);
    this.#power = new Float64Array(size / 2 + 1);
    this.#logs = new Float64Array(filters);
    this.#noise = new Generator(seed);
    this.width = featureNames(options).length;
    if (dither > 0) this.#noise.fork(0);
  }

  /** The numbers of frame `index`, whose samples begin at `samples[from]`. */
  of(samples: Float32Array, from: number, index: number): Float64Array {
    const { energy, rawEnergy, preemphasis, power, style, dither } = this.#options;
    const frame = this.#frame;
    const length = this.windowSamples;
    for (let at = 0; at < length; at++) frame[at] = samples[from + at] * FULL_SCALE;
    frame.fill(0, length);
    if (dither > 0) addNoise(frame, length, dither, this.#noise.fork(index));
    if (this.#options.removeOffset) removeMean(frame, length);
    let logEnergy = energy && rawEnergy ? logEnergyOf(frame, length) : 0;
    if (preemphasis !== 0) emphasise(frame, length, preemphasis);
    for (let at = 0; at < length; at++) frame[at] *= this.#window[at];
    if (energy && !rawEnergy) logEnergy = logEnergyOf(frame, length);
    this.#fft.power(frame, this.#power);
    if (!power) for (let at = 0; at < this.#power.length; at++) this.#power[at] = Math.sqrt(this.#power[at]);
    const floor = style === "htk" ? HTK_FLOOR : FLOOR;
    for (const [at, { first, weights }] of this.#filters.entries()) {
      let sum = 0;
      for (let place = 0; place < weights.length; place++) sum += weights[place] * this.#power[first + place];
      this.#logs[at] = log(Math.max(sum, floor));
    }
    return this.#ordered(logEnergy);
  }

  #ordered(logEnergy: number): Float64Array {
    const { energy, zeroth, coefficients, filters, style } = this.#options;
    const row = new Float64Array(this.width);
    let place = 0;
    if (style === "kaldi" && energy) row[place++] = logEnergy;
    if (!this.#cepstra) {
      row.set(this.#logs, place);
      place += filters;
    } else {
      const matrix = this.#cepstra;
      const coefficient = (i: number) => {
        let sum = 0;
        for (let k = 0; k < filters; k++) sum += matrix[i * filters + k] * this.#logs[k];
        return sum;
      };
      if (style === "kaldi" && zeroth) row[place++] = coefficient(0);
      for (let i = 1; i <= coefficients; i++) row[place++] = coefficient(i);
      if (style === "htk" && zeroth) row[place++] = coefficient(0);
    }
    if (style === "htk" && energy) row[place] = logEnergy;
    return row;
  }
}

/** What the numbers of a frame are, in their order, without differences. */
export function featureNames({
  kind,
  style,
  energy,
  zeroth,
  coefficients,
  filters,
}: ResolvedFrontEnd): string[] {
  const one = energy ? ["energy"] : [];
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${name}${at + 1}`);
  if (kind === "fbank") {
    const names = numbered("mel", filters);
    return style === "kaldi" ? [...one, ...names] : [...names, ...one];
  }
  const zero = zeroth ? ["c0"] : [];
  const names = numbered("c", coefficients);
  return style === "kaldi" ? [...one, ...zero, ...names] : [...names, ...zero, ...one];
}

/** Whole samples in some milliseconds; what float64 leaves of a whole number is no reason for one less. */
function wholeSamples(ms: number, sampleRateHz: number): number {
  return Math.floor((ms * sampleRateHz) / 1000 + 1e-6);
}

function removeMean(frame: Float64Array, length: number): void {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += frame[at];
  const mean = sum / length;
  for (let at = 0; at < length; at++) frame[at] -= mean;
}

/** The first sample is taken for the one before it. */
function emphasise(frame: Float64Array, length: number, part: number): void {
  for (let at = length - 1; at > 0; at--) frame[at] -= part * frame[at - 1];
  frame[0] -= part * frame[0];
}

function logEnergyOf(frame: Float64Array, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += frame[at] * frame[at];
  return log(Math.max(sum, FLOOR));
}

function addNoise(frame: Float64Array, length: number, deviation: number, generator: Generator): void {
  for (let at = 0; at < length; at++) frame[at] += generator.normal(0, deviation);
}
