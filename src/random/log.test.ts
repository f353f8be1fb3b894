import { expect, test } from "vitest";
import { log } from "./log.ts";

test("it is the logarithm to within two units in the last place, from the least number to the largest", () => {
  for (const u of [5e-324, 2 ** -1022, 1e-9, 0.3, 0.71, 1, 1.4143, 2, 6, 1e9, Number.MAX_VALUE]) {
    expect(Math.abs(log(u) - Math.log(u))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.log(u)));
  }
});

test("at the ends it says what Math.log says", () => {
  for (const u of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(log(u)).toBe(Math.log(u));
});
