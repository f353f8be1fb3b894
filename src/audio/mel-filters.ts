// Triangles on the mel scale, mel(f) = 1127 ln(1 + f/700), over the places of a spectrum: each sums up the spectrum from where the one before
// it peaks to where the next one does (Davis & Mermelstein 1980), as HTK's HSigP and Kaldi's mel-computations weigh them.
import { exp } from "../random/exp.ts";
import { log } from "../random/log.ts";
import type { ResolvedFrontEnd, Warp } from "./front-end-options.ts";

/** One triangle: the places of the spectrum from `first` on, and what each counts. */
export interface MelFilter {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Frequencies that triangles lie between. */
export interface Band {
  readonly lowHz: number;
  readonly highHz: number;
}

/** A frequency on the mel scale. */
export function mel(hz: number): number {
  return 1127 * log(1 + hz / 700);
}

/** The frequency that has a place on the mel scale. */
export function hzOf(mels: number): number {
  return 700 * (exp(mels / 1127) - 1);
}

/** The filters for spectra of N samples: places 0 to N/2. */
export function melFilters(options: ResolvedFrontEnd, size: number): MelFilter[] {
  return options.style === "htk" ? htkFilters(options, size) : kaldiFilters(options, size);
}

/** HTK: what a place's triangle leaves of it belongs to the next one; the corners are warped. */
function htkFilters({ filters, sampleRateHz, warp, ...band }: ResolvedFrontEnd, size: number): MelFilter[] {
  const [low, high] = [mel(band.lowHz), mel(band.highHz)];
  const corners = Array.from({ length: filters + 2 }, (_, at) => low + (at / (filters + 1)) * (high - low));
  if (warp)
    for (let at = 1; at < corners.length; at++) corners[at] = mel(htkWarped(hzOf(corners[at]), warp, band));
  const first = Math.max(1, Math.floor((band.lowHz * size) / sampleRateHz + 1.5));
  const last = Math.min(size / 2 - 1, Math.floor((band.highHz * size) / sampleRateHz + 0.5) - 1);
  const all = Array.from({ length: filters }, () => new Float64Array(size / 2 + 1));
  let upper = 1;
  for (let place = first; place <= last; place++) {
    const at = mel((place * sampleRateHz) / size);
    while (upper <= filters && corners[upper] < at) upper++;
    const falling = (corners[upper] - at) / (corners[upper] - corners[upper - 1]);
    if (upper > 1) all[upper - 2][place] = falling;
    if (upper <= filters) all[upper - 1][place] = 1 - falling;
  }
  return all.map(trimmed);
}

/** Piecewise linear, as HTK's WarpFreq. */
function htkWarped(hz: number, { factor, lowHz, highHz }: Warp, band: Band): number {
  const scale = 1 / factor;
  const upper = (highHz * 2) / (1 + scale);
  const lower = (lowHz * 2) / (1 + scale);
  if (hz > upper)
    return ((band.highHz - upper * scale) / (band.highHz - upper)) * (hz - upper) + scale * upper;
  if (hz < lower)
    return ((lower * scale - band.lowHz) / (lower - band.lowHz)) * (hz - band.lowHz) + band.lowHz;
  return scale * hz;
}

/** Kaldi: each triangle by its own three corners. */
function kaldiFilters({ filters, sampleRateHz, warp, ...band }: ResolvedFrontEnd, size: number): MelFilter[] {
  const [low, high] = [mel(band.lowHz), mel(band.highHz)];
  const corners = Array.from({ length: filters + 2 }, (_, at) => {
    const corner = low + (at * (high - low)) / (filters + 1);
    return warp ? mel(kaldiWarped(hzOf(corner), warp, band)) : corner;
  });
  return Array.from({ length: filters }, (_, at) => {
    const [left, centre, right] = corners.slice(at, at + 3);
    const weights = new Float64Array(size / 2 + 1);
    for (let place = 0; place < size / 2; place++) {
      const there = mel((place * sampleRateHz) / size);
      if (there <= left || there >= right) continue;
      weights[place] =
        there <= centre ? (there - left) / (centre - left) : (right - there) / (right - centre);
    }
    return trimmed(weights);
  });
}

/** Where a frequency is moved to: piecewise linear, as Kaldi's VtlnWarpFreq. */
export function kaldiWarped(hz: number, { factor, lowHz, highHz }: Warp, band: Band): number {
  if (hz < band.lowHz || hz > band.highHz) return hz;
  const lower = lowHz * Math.max(1, factor);
  const upper = highHz * Math.min(1, factor);
  const scale = 1 / factor;
  if (hz < lower)
    return band.lowHz + ((scale * lower - band.lowHz) / (lower - band.lowHz)) * (hz - band.lowHz);
  if (hz < upper) return scale * hz;
  return band.highHz + ((band.highHz - scale * upper) / (band.highHz - upper)) * (hz - band.highHz);
}

/** Without the zeros on both sides. */
function trimmed(weights: Float64Array): MelFilter {
  const first = weights.findIndex((weight) => weight !== 0);
  const last = weights.findLastIndex((weight) => weight !== 0);
  return first < 0
    ? { first: 0, weights: new Float64Array(0) }
    : { first, weights: weights.slice(first, last + 1) };
}
