const HALF_FRACTION_BITS = 10;
const LEAST_HALF_EXPONENT = -14;
const MOST_STEPS = 127;

/** The nearest IEEE 754 binary16 number (11 significant bits, exponents from −14, subnormals below), ties to even. */
export function roundedToHalf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  let exponent = LEAST_HALF_EXPONENT;
  while (Math.abs(x) >= 2 ** (exponent + 1)) exponent++;
  const step = 2 ** (exponent - HALF_FRACTION_BITS);
  return nearestEven(x / step) * step;
}

/** The nearest whole number of steps, −127 to 127 of them, the quotient being a float32. */
export function roundedToSteps(x: number, step: number): number {
  if (!(step > 0)) return 0;
  const steps = nearestEven(Math.fround(x / step));
  return Math.min(MOST_STEPS, Math.max(-MOST_STEPS, steps)) * step;
}

function nearestEven(x: number): number {
  const below = Math.floor(x);
  const past = x - below;
  if (past !== 0.5) return past < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
