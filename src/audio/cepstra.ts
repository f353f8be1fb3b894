// Cepstra of logarithms m_k of N filters: c_i = √(2/N) Σ m_k cos(π i (k − ½)/N), k from 1, and liftered, (1 + L/2 · sin(π i/L)) c_i.
// Kaldi's zeroth one is by 1/√2 smaller (its transform is orthonormal), and neither lifters it.
import { turned } from "../random/circle.ts";
import type { ResolvedFrontEnd } from "./front-end-options.ts";

/** What each filter counts in each coefficient, row by row, [C, N]: the zeroth is the first row. */
export function cepstraMatrix({ filters, coefficients, lifter, style }: ResolvedFrontEnd): Float64Array {
  const scale = Math.sqrt(2 / filters);
  const matrix = new Float64Array((coefficients + 1) * filters);
  for (let i = 0; i <= coefficients; i++) {
    const lifted = i > 0 && lifter > 0 ? 1 + (lifter / 2) * sine(i, lifter) : 1;
    const row = i === 0 && style === "kaldi" ? Math.SQRT1_2 : 1;
    for (let k = 1; k <= filters; k++)
      matrix[i * filters + k - 1] = scale * lifted * row * turned(i * (2 * k - 1), 4 * filters)[0];
  }
  return matrix;
}

/** sin(π i/L), also for an L that is no whole number. */
function sine(i: number, lifter: number): number {
  const fine = 2 ** 20;
  return turned(Math.round((i / lifter) * fine), 2 * fine)[1];
}
