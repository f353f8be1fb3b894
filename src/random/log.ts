// ln x = ln m + e ln 2 with x = m·2^e and m in [√½, √2], by ln m = 2 artanh((m − 1)/(m + 1)), its series taken until terms are below 2⁻⁵⁶.
// It uses only +, −, × and ÷, which IEEE 754 rounds the same everywhere; Math.log may differ between engines.

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Where the word with sign and exponent stands in a float64. */
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const BIAS = 1023;
const LEAST_NORMAL = 2 ** -1022;

/** The natural logarithm in float64, with the same bits on every platform; −∞ of 0, NaN of what is negative. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < LEAST_NORMAL) return log(x * 2 ** 60) - 60 * Math.LN2;
  number[0] = x;
  let e = (words[UPPER] >>> 20) - BIAS;
  words[UPPER] = (words[UPPER] & 0xfffff) | (BIAS << 20);
  let m = number[0];
  if (m > Math.SQRT2) {
    m /= 2;
    e += 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return 2 * s * sum + e * Math.LN2;
}
