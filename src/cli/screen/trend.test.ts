import { expect, it } from "vitest";
import { sparkline } from "./sparkline.ts";
import { Trend } from "./trend.ts";

it("keeps every value while there is room, and then what so many had in common", () => {
  const trend = new Trend(4);
  for (let step = 1; step <= 4; step++) trend.add(step, step);
  expect(trend.buckets.map(({ mean }) => mean)).toEqual([1, 2, 3, 4]);
  for (let step = 5; step <= 9; step++) trend.add(step, step);
  expect(trend.buckets).toEqual([
    { firstStep: 1, lastStep: 4, count: 4, mean: 2.5, least: 1, most: 4 },
    { firstStep: 5, lastStep: 8, count: 4, mean: 6.5, least: 5, most: 8 },
    { firstStep: 9, lastStep: 9, count: 1, mean: 9, least: 9, most: 9 },
  ]);
});

it("leaves out what is no number, and forgets what came after a step", () => {
  const trend = new Trend();
  for (const [step, value] of [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5].entries())
    trend.add(step, value);
  expect(trend.means(10)).toEqual([1, 3, 5]);
  trend.cutBack(3);
  expect(trend.means(10)).toEqual([1, 3]);
});

it("shrinks to as many columns as there are", () => {
  const trend = new Trend();
  for (let step = 0; step < 10; step++) trend.add(step, step);
  expect(trend.means(5)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5]);
  expect(trend.means(0)).toEqual([]);
});

it("is drawn from the bottom to the top, what lies far above cut off", () => {
  expect(sparkline([1, 2, 4, 8, 16, 32, 64, 128], 1)).toEqual(["▁▂▃▅▆▇██"]);
  expect(sparkline([1, 2, 4, 8, 16, 32, 64, 128], 2)).toEqual(["   ▁▃▆██", "▁▄▆█████"]);
});

it("is a line at the bottom where nothing changes", () => {
  expect(sparkline([2, 2, 2], 1)).toEqual(["▁▁▁"]);
  expect(sparkline([0, -1], 1)).toEqual(["▁▁"]);
  expect(sparkline([], 1)).toEqual([""]);
});
