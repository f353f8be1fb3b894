// Points of the circle by the series of cos and sin at 0, with only +, −, × and ÷, which IEEE 754 rounds the same everywhere;
// Math.cos and Math.sin may differ between engines.

/** cos r and sin r for |r| ≤ π/4. */
export function circle(r: number): readonly [number, number] {
  const square = r * r;
  let cosine = 1;
  let sine = 1;
  for (let n = 18; n >= 2; n -= 2) {
    cosine = 1 - (cosine * square) / (n * (n - 1));
    sine = 1 - (sine * square) / (n * (n + 1));
  }
  return [cosine, r * sine];
}

/** cos and sin of `part`/`parts` of a turn, both whole numbers, with the same bits on every platform. */
export function turned(part: number, parts: number): readonly [number, number] {
  const left = ((part % parts) + parts) % parts;
  const quarter = Math.floor((4 * left) / parts + 0.5);
  const [c, s] = circle(((4 * left - quarter * parts) * Math.PI) / (2 * parts));
  const points = [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ] as const;
  return points[quarter % 4];
}
