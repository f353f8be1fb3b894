import { expect, test } from "vitest";
import { turned } from "./circle.ts";
import { logarithm } from "./logarithm.ts";

test("the logarithm is within a few units in the last place, over all of float64", () => {
  const numbers = [
    1,
    2,
    Math.SQRT2,
    Math.SQRT1_2,
    0.5,
    10,
    1e-300,
    1e300,
    5e-324,
    2 ** -1022,
    Math.E,
    1.0000001,
  ];
  for (let at = 0; at < 2000; at++) numbers.push((at + 1) * 1.37 ** (at / 4 - 200));
  for (const x of numbers) {
    const wanted = Math.log(x);
    expect(Math.abs(logarithm(x) - wanted), `ln ${x}`).toBeLessThanOrEqual(
      4e-16 * Math.max(1, Math.abs(wanted)),
    );
  }
  expect([0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(logarithm)).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});

test("parts of a turn are points of the circle, and quarters are exact", () => {
  for (const parts of [1, 3, 7, 16, 399, 512])
    for (let part = -parts; part <= 2 * parts; part++) {
      const [c, s] = turned(part, parts);
      const angle = (2 * Math.PI * part) / parts;
      expect(c).toBeCloseTo(Math.cos(angle), 13);
      expect(s).toBeCloseTo(Math.sin(angle), 13);
    }
  expect([0, 2, 4, 6].map((part) => turned(part, 8).map((each) => each + 0))).toEqual([
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]);
});
