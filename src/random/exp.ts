// e^x = 2^k · e^r with k = round(x / ln 2) and |r| ≤ ln 2 / 2, and, with c a polynomial in r²,
//   e^r = 1 + r + r·c / (2 − c)
// Method and coefficients of fdlibm's e_exp.c (Sun Microsystems, 1993; error below one unit in the last place).
// It uses only +, −, × and ÷, which IEEE 754 rounds the same everywhere; Math.exp may differ between engines.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019411;
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;

/** 2^k at k + 1023, for k from −1022 to 1023. */
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2047);
  powers[1023] = 1;
  for (let k = 1; k <= 1023; k++) powers[1023 + k] = 2 * powers[1022 + k];
  for (let k = 1; k <= 1022; k++) powers[1023 - k] = powers[1024 - k] / 2;
  return powers;
}

/** The exponential function in float64, within one unit in the last place, with the same bits on every platform. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < UNDERFLOW) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const square = r * r;
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // Results at either end of the range lie beyond one power of two, so they are scaled in two steps.
  if (k > 1023) return y * 2 * POWERS_OF_TWO[k + 1022];
  if (k < -1021) return y * POWERS_OF_TWO[k + 1083] * POWERS_OF_TWO[963];
  return y * POWERS_OF_TWO[k + 1023];
}
