// What a front end computes, as plain data, and what HTK (Young et al., The HTK Book 3.4, 2006) and Kaldi (Povey et al. 2011) compute where
// nothing else is said.
import { UnrolledError } from "../errors.ts";
import {
  type FieldCheck,
  fieldProblems,
  flag,
  notNegative,
  number,
  objectOf,
  oneOf,
  positive,
  size,
} from "../options/field-checks.ts";

/** Triangles of filters moved along the frequencies for a speaker's vocal tract (Lee & Rose 1996). */
export interface Warp {
  /** 1 moves nothing; about 0.8 to 1.2. */
  readonly factor: number;
  /** Frequencies between which the move is linear. */
  readonly lowHz: number;
  readonly highHz: number;
}

/** What a front end computes. Plain data. */
export interface FrontEndOptions {
  /** Logarithms of mel filter banks, or cepstra of them (Davis & Mermelstein 1980). */
  readonly kind: "fbank" | "mfcc";
  /** Whose formulas and defaults: "kaldi" if not given. */
  readonly style?: "kaldi" | "htk";
  /** Samples a second of the sound that frames are cut from; other sound is resampled. 16000 if not given. */
  readonly sampleRateHz?: number;
  /** Length of a frame (25) and time from frame to frame (10). */
  readonly windowMs?: number;
  readonly hopMs?: number;
  /** What a frame is multiplied with: "povey" with Kaldi, "hamming" with HTK. */
  readonly window?: "povey" | "hamming" | "hann" | "rectangular";
  /** Takes this part of each sample from the next one: 0.97. */
  readonly preemphasis?: number;
  /** Takes the mean out of each frame: true with Kaldi, false with HTK. */
  readonly removeOffset?: boolean;
  /** Deviation of random noise on the samples, in units of 16-bit integers; 0. */
  readonly dither?: number;
  /** Of that noise. */
  readonly seed?: number;
  /** Triangles on the mel scale: 23 with Kaldi, 20 with HTK. */
  readonly filters?: number;
  /** Where they begin and end: 20 Hz with Kaldi, 0 with HTK, to half the rate. */
  readonly lowHz?: number;
  readonly highHz?: number;
  /** Whether filters add up powers or magnitudes: powers with Kaldi, magnitudes with HTK. */
  readonly power?: boolean;
  /** Of cepstra: how many beside the zeroth (12), and whether that one too (if no energy is asked for, with Kaldi). */
  readonly coefficients?: number;
  readonly zeroth?: boolean;
  /** Of cepstra: liftering (22); 0 for none. */
  readonly lifter?: number;
  /** The logarithm of a frame's energy as one more number: first with Kaldi, last with HTK. True for Kaldi's cepstra, otherwise false. */
  readonly energy?: boolean;
  /** Whether that energy is the one before preëmphasis and window: true. */
  readonly rawEnergy?: boolean;
  /** Differences over time: none (0), Δ (1), or Δ and ΔΔ (2); 0. */
  readonly deltas?: 0 | 1 | 2;
  /** Frames to either side that differences are taken over: 2. */
  readonly deltaWindow?: number;
  readonly warp?: Warp;
}

/** The same with nothing left out; `warp` alone may be. */
export type ResolvedFrontEnd = Required<Omit<FrontEndOptions, "warp">> & Pick<FrontEndOptions, "warp">;

const MOST_FILTERS = 1024;
const MOST_SAMPLES = 2 ** 20;

const CHECKS: Readonly<Record<Exclude<keyof FrontEndOptions, "kind">, FieldCheck>> = {
  style: oneOf("kaldi", "htk"),
  sampleRateHz: positive,
  windowMs: positive,
  hopMs: positive,
  window: oneOf("povey", "hamming", "hann", "rectangular"),
  preemphasis: number,
  removeOffset: flag,
  dither: notNegative,
  seed: (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "a whole number of at least 0",
  filters: size,
  lowHz: notNegative,
  highHz: positive,
  power: flag,
  coefficients: size,
  zeroth: flag,
  lifter: notNegative,
  energy: flag,
  rawEnergy: flag,
  deltas: (value) => ([0, 1, 2].includes(value as number) ? undefined : "0, 1 or 2"),
  deltaWindow: size,
  warp: objectOf({ needed: { factor: positive, lowHz: notNegative, highHz: positive } }),
};

/**
 * Options with everything filled in.
 *
 * @throws UnrolledError "invalid-argument" for what is unknown or does not fit together
 */
export function resolveFrontEnd(given: FrontEndOptions, call = "FrontEnd"): ResolvedFrontEnd {
  const problems = fieldProblems(given, { needed: { kind: oneOf("fbank", "mfcc") }, optional: CHECKS });
  const [problem] = problems;
  if (problem !== undefined) throw new UnrolledError("invalid-argument", { call, problem });
  const { kind, style = "kaldi", sampleRateHz = 16000 } = given;
  const isKaldi = style === "kaldi";
  const energy = given.energy ?? (isKaldi && kind === "mfcc");
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const resolved: ResolvedFrontEnd = {
    kind,
    style,
    sampleRateHz,
    windowMs: 25,
    hopMs: 10,
    window: isKaldi ? "povey" : "hamming",
    preemphasis: 0.97,
    removeOffset: isKaldi,
    dither: 0,
    seed: 0,
    filters: isKaldi ? 23 : 20,
    lowHz: isKaldi ? 20 : 0,
    highHz: sampleRateHz / 2,
    power: isKaldi,
    coefficients: 12,
    zeroth: isKaldi && kind === "mfcc" && !energy,
    lifter: 22,
    energy,
    rawEnergy: true,
    deltas: 0,
    deltaWindow: 2,
    ...said,
  };
  const misfit = misfitOf(resolved);
  if (misfit) throw new UnrolledError("invalid-argument", { call, ...misfit });
  return resolved;
}

function misfitOf(options: ResolvedFrontEnd) {
  const { kind, sampleRateHz, windowMs, hopMs, lowHz, highHz, filters, coefficients, warp } = options;
  const misfit = (subject: string, got: number, needed: string) => ({ subject, got: String(got), needed });
  const samples = (windowMs * sampleRateHz) / 1000;
  if (samples < 4 || samples > MOST_SAMPLES)
    return misfit(
      "windowMs",
      windowMs,
      `a frame of 4 to ${MOST_SAMPLES} samples, at ${sampleRateHz} a second`,
    );
  if ((hopMs * sampleRateHz) / 1000 < 1) return misfit("hopMs", hopMs, "one sample at least");
  if (highHz > sampleRateHz / 2)
    return misfit("highHz", highHz, `at most half the rate, ${sampleRateHz / 2}`);
  if (lowHz >= highHz) return misfit("lowHz", lowHz, `less than highHz, ${highHz}`);
  if (filters > MOST_FILTERS) return misfit("filters", filters, `at most ${MOST_FILTERS}`);
  if (kind === "mfcc" && coefficients >= filters)
    return misfit("coefficients", coefficients, `fewer than filters, ${filters}`);
  if (warp && !(warp.lowHz > lowHz && warp.lowHz < warp.highHz && warp.highHz < highHz))
    return misfit(
      "warp.lowHz",
      warp.lowHz,
      `lowHz < warp.lowHz < warp.highHz < highHz, here ${lowHz} and ${highHz}`,
    );
  return undefined;
}
