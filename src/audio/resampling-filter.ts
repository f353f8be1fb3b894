// The low-pass filter of a resampler, sinc(u) · k(u/Z), k being the window of Kaiser (1974), 0 from Z zeros on.
import { turned } from "../random/circle.ts";

/** Zeros of sinc to either side, and β of the window (stop band below −70 dB). */
export const ZEROS = 32;
const BETA = 7;

/** Points of the filter from one zero to the next; between them it is taken for a straight line, which is within 2e-6. */
const FINE = 1024;
let filter: Float64Array | undefined;

/** sinc(u) · k(u/Z) for 0 ≤ u ≤ Z at each of its points. */
export function filterTable(): Float64Array {
  filter ??= Float64Array.from({ length: ZEROS * FINE + 2 }, (_, at) => {
    const u = at / FINE;
    if (u >= ZEROS) return 0;
    const sinc = at === 0 ? 1 : turned(at, 2 * FINE)[1] / (Math.PI * u);
    return (sinc * bessel(BETA * Math.sqrt(1 - (u / ZEROS) ** 2))) / bessel(BETA);
  });
  return filter;
}

export function filterAt(table: Float64Array, u: number): number {
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
