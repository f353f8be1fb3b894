const LARGE = 2 ** 64;
const SMALL = 2 ** -64;

/**
 * ln x with the same bits on every platform: ln m + e ln 2 with m in [√½, √2), by ln m = 2 artanh((m − 1)/(m + 1)), its series taken
 * until terms are below 2⁻⁵⁶. Math.log may differ between engines, but not where it has no choice.
 */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return Math.log(x);
  let m = x;
  let e = 0;
  for (; m < SMALL; m *= LARGE) e -= 64;
  for (; m > LARGE; m *= SMALL) e += 64;
  for (; m < Math.SQRT1_2; m *= 2) e -= 1;
  for (; m > Math.SQRT2; m /= 2) e += 1;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return 2 * s * sum + e * Math.LN2;
}
