// The logarithm of the gamma function and its derivative, for x > 0: shifted up by recurrence, then Stirling's series.

const SHIFTED_TO = 10;

/** log Γ(x), to some 1e-14. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < SHIFTED_TO) shift -= Math.log(at++);
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series;
}

/** ψ(x), the derivative of log Γ. */
export function digamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < SHIFTED_TO) shift -= 1 / at++;
  const square = 1 / (at * at);
  const series =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))));
  return shift + Math.log(at) - 0.5 / at - series;
}
