import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { batches } from "./batches.ts";

const items = ["a", "b", "c", "d", "e", "f", "g"];

test("batches come in order, the last one with what is left", () => {
  expect([...batches(items, 3)]).toEqual([["a", "b", "c"], ["d", "e", "f"], ["g"]]);
  expect([...batches(items, 7)]).toEqual([items]);
  expect([...batches([], 3)]).toEqual([]);
});

test("with a generator every epoch has all items in an order of its own", () => {
  const generator = new Generator(1);
  const epochs = [1, 2, 3].map(() => [...batches(items, 3, generator)]);
  for (const epoch of epochs) {
    expect(epoch.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(epoch.flat().sort()).toEqual(items);
  }
  expect(new Set(epochs.map((epoch) => epoch.flat().join(""))).size).toBe(3);
  expect([...batches(items, 3, new Generator(1))]).toEqual(epochs[0]);
});

test("a size that is none is named", () => {
  expect(() => [...batches(items, 0)]).toThrow("batches: batchSize is 0");
});
