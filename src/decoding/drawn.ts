import type { Generator } from "../random/philox.ts";

/** One of the first `count` places, drawn in proportion to their weights. */
export function drawn(weights: Float64Array, count: number, generator: Generator): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i];
  // Two draws of 24 bits: one alone could not give tokens rarer than 2^-24 their due.
  const point = (generator.uniform() + generator.uniform() / 16777216) * sum;
  let mass = 0;
  for (let i = 0; i < count; i++) {
    mass += weights[i];
    if (mass > point) return i;
  }
  return count - 1;
}
