import { expect, it } from "vitest";
import { log } from "./log.ts";
import { Generator } from "./philox.ts";

it("agrees with Math.log to 2 in 10¹⁵ over the whole range", () => {
  const generator = new Generator(3);
  const points = [1, 2, 0.5, Math.SQRT2, Math.SQRT1_2, 1e-307, 1.7e308, 2 ** 64, 2 ** -64, 5e-324];
  for (let i = 0; i < 100_000; i++) points.push(Math.exp(generator.uniformBetween(-700, 700)));
  for (let i = 0; i < 100_000; i++) points.push(generator.uniformBetween(0.5, 2));
  for (const x of points) {
    const apart = Math.abs(log(x) - Math.log(x));
    if (!(apart <= 2e-15 * Math.max(0.1, Math.abs(Math.log(x)))))
      expect.fail(`log(${x}): ${log(x)}, Math.log gives ${Math.log(x)}`);
  }
});

it("is exact at 1, and ends where no logarithm is finite", () => {
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NaN)).toBeNaN();
});
