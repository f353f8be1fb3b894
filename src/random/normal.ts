// Two independent normal numbers from two random words (Box & Muller 1958):
//   u = (⌊w₀/2⁸⌋ + 1)·2⁻²⁴    θ = (⌊w₁/2⁸⌋ − 2²¹)·2π·2⁻²⁴    √(−2 ln u)·(cos θ, sin θ)
// The angle begins at −π/4, so that its upper two bits are a quarter of the circle and the rest lies within ±π/4.
// It uses only +, −, ×, ÷ and √, which IEEE 754 rounds the same everywhere; Math.log and Math.cos may differ between engines.
import { circle } from "./circle.ts";
import { log } from "./log.ts";

/** Two normal numbers of mean 0 and variance 1, the same bits on every platform. */
export function normalPair(first: number, second: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * log(((first >>> 8) + 1) / 16777216));
  const turn = second >>> 8;
  const [c, s] = circle((((turn & 0x3fffff) - 0x200000) * Math.PI) / 0x800000);
  const [x, y] = [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ][turn >>> 22];
  return [radius * x, radius * y];
}
