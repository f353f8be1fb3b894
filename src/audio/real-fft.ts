// The spectrum of N real samples by a complex transform of half the length (Cooley & Tukey 1965): with z[n] = x[2n] + i·x[2n+1] and Z its
// transform, X[k] = (Z[k] + Z*[N/2−k])/2 − i·e^(−2πik/N)·(Z[k] − Z*[N/2−k])/2. In float64, with the same bits on every platform.
import { turned } from "../random/circle.ts";

/** Transforms of one length, a power of two of at least 4. */
export class RealFft {
  readonly size: number;
  readonly #half: number;
  /** Where each sample of the half transform goes first. */
  readonly #reversed: Uint32Array;
  /** cos and sin of k/size of a turn. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(size: number) {
    const half = size / 2;
    this.size = size;
    this.#half = half;
    this.#reversed = new Uint32Array(half);
    for (let at = 1, bit = half >> 1; at < half; at++)
      this.#reversed[at] = (this.#reversed[at >> 1] >> 1) | (at & 1 ? bit : 0);
    this.#cos = new Float64Array(half);
    this.#sin = new Float64Array(half);
    for (let k = 0; k < half; k++) [this.#cos[k], this.#sin[k]] = turned(k, size);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
  }

  /** |X[k]|² of `samples` [N] for k from 0 to N/2, written to `power` [N/2 + 1]. */
  power(samples: Float64Array, power: Float64Array): void {
    this.#transform(samples);
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    power[0] = (re[0] + im[0]) * (re[0] + im[0]);
    power[half] = (re[0] - im[0]) * (re[0] - im[0]);
    for (let k = 1, other = half - 1; k <= other; k++, other--) {
      const evenRe = (re[k] + re[other]) / 2;
      const evenIm = (im[k] - im[other]) / 2;
      const oddRe = (im[k] + im[other]) / 2;
      const oddIm = (re[other] - re[k]) / 2;
      const turnedRe = cos[k] * oddRe + sin[k] * oddIm;
      const turnedIm = cos[k] * oddIm - sin[k] * oddRe;
      const lowRe = evenRe + turnedRe;
      const lowIm = evenIm + turnedIm;
      const highRe = evenRe - turnedRe;
      const highIm = evenIm - turnedIm;
      power[k] = lowRe * lowRe + lowIm * lowIm;
      power[other] = highRe * highRe + highIm * highIm;
    }
  }

  /** The transform of half the length. */
  #transform(samples: Float64Array): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    const reversed = this.#reversed;
    // The first stage turns by nothing.
    for (let at = 0; at < half; at += 2) {
      const one = 2 * reversed[at];
      const two = 2 * reversed[at + 1];
      re[at] = samples[one] + samples[two];
      im[at] = samples[one + 1] + samples[two + 1];
      re[at + 1] = samples[one] - samples[two];
      im[at + 1] = samples[one + 1] - samples[two + 1];
    }
    for (let width = 2; width < half; width *= 2) {
      const step = half / width;
      // All that turn by the same angle, one behind the other.
      for (let k = 0; k < width; k++) {
        const c = cos[k * step];
        const s = sin[k * step];
        for (let at = k; at < half; at += 2 * width) {
          const other = at + width;
          const r = c * re[other] + s * im[other];
          const i = c * im[other] - s * re[other];
          re[other] = re[at] - r;
          im[other] = im[at] - i;
          re[at] += r;
          im[at] += i;
        }
      }
    }
  }
}
