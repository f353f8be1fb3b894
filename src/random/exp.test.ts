import { expect, it } from "vitest";
import { exp } from "./exp.ts";
import { Generator } from "./philox.ts";

/** How many float64 numbers lie between two positive ones. */
function unitsApart(a: number, b: number): number {
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer);
  return Math.abs(Number(bits[0] - bits[1]));
}

it("agrees with Math.exp within two units in the last place over the whole range", () => {
  const generator = new Generator(1);
  const points = [
    0, -0, 1, -1, 1e-300, -1e-20, 709.78, 709.782712893384, -708.3, -708.4, -709, -744, -745.13,
  ];
  for (let i = 0; i < 100_000; i++) points.push(generator.uniformBetween(-745, 709.78));
  for (let i = 0; i < 100_000; i++) points.push(generator.uniformBetween(-30, 1));
  for (const x of points) {
    const units = unitsApart(exp(x), Math.exp(x));
    if (!(units <= 2))
      expect.fail(`exp(${x}): ${exp(x)}, Math.exp gives ${Math.exp(x)}, ${units} units apart`);
  }
});

it("is exact at 0, saturates and keeps NaN", () => {
  expect(exp(0)).toBe(1);
  expect(exp(710)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(-746)).toBe(0);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(Number.NaN)).toBeNaN();
});
