import { expect, it } from "vitest";
import type { Parameter } from "./parameter.ts";
import { gridTrials, randomTrials } from "./search.ts";

const rate: Parameter = {
  ...{ key: "learning_rate", kind: "range", min: 0.001, max: 0.1, scale: "log" },
  ...{ whole: false, step: null, count: null },
};
const layers: Parameter = { ...rate, key: "num_layers", min: 1, max: 3, scale: "linear", whole: true };
const cells: Parameter = { key: "cell", kind: "values", values: ["lstm", "gru"] };

it("a grid has every combination once, the last parameter changing fastest", () => {
  expect(gridTrials([layers, cells]).map(Object.values)).toEqual([
    ...[
      [1, "lstm"],
      [1, "gru"],
      [2, "lstm"],
    ],
    ...[
      [2, "gru"],
      [3, "lstm"],
      [3, "gru"],
    ],
  ]);
});

it("ranges are cut by a step, or into a count on their scale", () => {
  const values = (parameter: Parameter) => gridTrials([parameter]).map(({ [parameter.key]: value }) => value);
  expect(values({ ...rate, count: 5 })).toEqual([0.001, 0.003162, 0.01, 0.03162, 0.1]);
  expect(values({ ...rate, scale: "linear", min: 0, max: 0.3, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.3]);
  expect(values({ ...layers, min: 64, max: 512, scale: "log", count: 4 })).toEqual([64, 128, 256, 512]);
  expect(values({ ...layers, count: 8 })).toEqual([1, 2, 3]);
  expect(() => values(rate)).toThrow("parameter learning_rate needs a step or a count");
  const many: Parameter = { ...layers, max: 500 };
  expect(() => gridTrials([many, { ...many, key: "seed" }])).toThrow("more than 10000 trials");
});

it("random trials are decided by the seed, in their ranges, even on the scale, no two alike", () => {
  const trials = randomTrials([rate, layers, cells], 400, 7);
  expect(randomTrials([rate, layers, cells], 400, 7)).toEqual(trials);
  expect(randomTrials([rate, layers, cells], 400, 8)).not.toEqual(trials);
  expect(new Set(trials.map((trial) => JSON.stringify(trial))).size).toBe(400);
  const rates = trials.map(({ learning_rate }) => learning_rate as number);
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.001);
  expect(Math.max(...rates)).toBeLessThanOrEqual(0.1);
  // Half of them are below the middle of the logarithms; five standard deviations of 400 tosses are 50.
  expect(Math.abs(rates.filter((value) => value < 0.01).length - 200)).toBeLessThan(50);
  for (const value of rates) expect(Number(value.toPrecision(4))).toBe(value);
  expect(new Set(trials.map(({ num_layers }) => num_layers))).toEqual(new Set([1, 2, 3]));
});

it("random trials find all of a few combinations, and say when there are too few", () => {
  expect(randomTrials([layers, cells], 6, 1)).toHaveLength(6);
  expect(() => randomTrials([layers, cells], 7, 1)).toThrow("6 combinations, fewer than the 7 trials");
});
