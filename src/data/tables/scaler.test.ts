import { expect, it } from "vitest";
import { Scaler } from "./scaler.ts";

it("brings each feature to mean 0 and deviation 1", () => {
  const scaler = Scaler.fit(
    [
      [1, 10, 3, 10],
      [5, 10],
    ],
    2,
  );
  expect(scaler.mean).toEqual([3, 10]);
  expect(scaler.deviation[0]).toBeCloseTo(Math.sqrt(8 / 3), 12);
  // A feature that never changes stays as it is, but for its mean.
  expect(scaler.deviation[1]).toBe(1);
  expect(Array.from(scaler.apply([3, 11]))).toEqual([0, 1]);
});

it("passes over missing values, and goes on with the step before, or else the mean", () => {
  const scaler = Scaler.fit([[Number.NaN, 2, 4]], 1);
  expect(scaler.mean).toEqual([3]);
  expect(Array.from(scaler.apply([Number.NaN, 4, Number.NaN]))).toEqual([0, 1, 1]);
});

it("refuses a sequence that holds no whole steps", () => {
  expect(() => Scaler.fit([[1, 2, 3]], 2)).toThrow(
    "a sequence's length is 3, needed a multiple of 2, the features",
  );
});
