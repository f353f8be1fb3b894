// Frequencies moved as by another speaker's vocal tract (Jaitly & Hinton 2013). Of sound, a front end's filters are moved (Lee & Rose 1996).
// Cepstra are moved without the sound: c_k = ∫ S(u) cos(πku) du over the mel axis u from 0 to 1 is CMU Sphinx's convention, so that
//   S(u) = c_0 + 2 Σ c_i cos(πiu)    and of S(w(u)):    c'_k = Σ_i a_i c_i ∫ cos(πi·w(u)) cos(πku) du,  a_0 = 1, else a_i = 2.
import type { Frames } from "../../audio/frames.ts";
import type { Warp } from "../../audio/front-end-options.ts";
import { type Band, hzOf, kaldiWarped, mel } from "../../audio/mel-filters.ts";
import { turned } from "../../random/circle.ts";

/** Between which Sphinx's filters lie where nothing else is said. */
const SPHINX_BAND: Band = { lowHz: 130, highHz: 6800 };
/** Points that integrals are summed up over. */
const POINTS = 64;
/** Parts of the band at its ends in which the move fades out. */
const [LOWEST, HIGHEST] = [0.01, 0.9];

/** The move by a factor within a band. */
export function warpOf(factor: number, { lowHz, highHz }: Band): Warp {
  const at = (part: number) => lowHz + part * (highHz - lowHz);
  return { factor, lowHz: at(LOWEST), highHz: at(HIGHEST) };
}

/** Moves cepstra of CMU Sphinx by factors. */
export class MovedCepstra {
  /** [C, C], by C and the factor. */
  readonly #matrices = new Map<string, Float64Array>();

  of({ width, values }: Frames, factor: number): Frames {
    if (factor === 1) return { width, values };
    const key = `${width} ${factor}`;
    const matrix = this.#matrices.get(key) ?? cepstraMatrix(factor, width);
    this.#matrices.set(key, matrix);
    const moved = new Float32Array(values.length);
    for (let row = 0; row < values.length; row += width)
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += matrix[k * width + i] * values[row + i];
        moved[row + k] = sum;
      }
    return { width, values: moved };
  }
}

function cepstraMatrix(factor: number, width: number): Float64Array {
  const warp = warpOf(factor, SPHINX_BAND);
  const [low, high] = [mel(SPHINX_BAND.lowHz), mel(SPHINX_BAND.highHz)];
  const matrix = new Float64Array(width * width);
  for (let point = 0; point < POINTS; point++) {
    const u = (point + 0.5) / POINTS;
    const moved = mel(kaldiWarped(hzOf(low + u * (high - low)), warp, SPHINX_BAND));
    const w = (moved - low) / (high - low);
    for (let k = 0; k < width; k++)
      for (let i = 0; i < width; i++)
        matrix[k * width + i] += ((i === 0 ? 1 : 2) / POINTS) * cosine(i * w) * cosine(k * u);
  }
  return matrix;
}

/** cos πx. */
function cosine(x: number): number {
  return turned(x, 2)[0];
}
