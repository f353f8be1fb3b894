import { expect, test } from "vitest";
import { weightNoise } from "../src/tensor/operations/noise.ts";
import { leaf, numbersOf, reference } from "./gradients.ts";

const weight = leaf([40, 50], 1);
const counter = { seed: 1, draw: 0, place: 2 };

/** What was added, in units of the deviation. */
function noise(change: Partial<typeof counter> = {}): number[] {
  const read = numbersOf(weightNoise(weight, 0.5, { ...counter, ...change }));
  return read.map((entry, place) => (entry - numbersOf(weight)[place]) / 0.5);
}

test("noise has the asked deviation and no mean", () => {
  const entries = noise();
  const mean = entries.reduce((sum, each) => sum + each, 0) / entries.length;
  const square = entries.reduce((sum, each) => sum + each * each, 0) / entries.length;
  expect(Math.abs(mean)).toBeLessThan(0.08);
  expect(Math.abs(square - 1)).toBeLessThan(0.12);
  expect(new Set(entries).size).toBe(entries.length);
});

test("noise depends on seed, draw and place, and on nothing else", () => {
  const first = noise();
  expect(noise()).toEqual(first);
  for (const change of [{ seed: 3 }, { draw: 1 }, { place: 3 }]) expect(noise(change)).not.toEqual(first);
  reference.firstRow = 5;
  const elsewhere = noise();
  reference.firstRow = 0;
  expect(elsewhere).toEqual(first);
});

test("without a deviation the weight is read as it is", () => {
  expect(weightNoise(weight, 0, counter)).toBe(weight);
});
