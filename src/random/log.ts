// ln u = ln m + e ln 2 with m in [√½, √2], and ln m = 2 artanh((m − 1)/(m + 1)), its series taken until terms are below 2⁻⁵⁶.
// It uses only +, −, × and ÷, which IEEE 754 rounds the same everywhere; Math.log may differ between engines.

/** The natural logarithm in float64, with the same bits on every platform; NaN below 0, −∞ at 0. */
export function log(u: number): number {
  if (!(u > 0)) return u === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (u === Number.POSITIVE_INFINITY) return u;
  let m = u;
  let e = 0;
  for (; m < Math.SQRT1_2; m *= 2) e -= 1;
  for (; m > Math.SQRT2; m /= 2) e += 1;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return 2 * s * sum + e * Math.LN2;
}
