import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { fanChart } from "./fan-chart.ts";

const plain = (lines: readonly string[]) => lines.map(stripVTControlCharacters);
const fan = {
  history: [0, 1, 2, 3],
  median: [4, 5, 6, 7],
  bands: [
    [
      [3, 4, 5, 6],
      [5, 6, 7, 8],
    ],
  ] as const,
  times: ["Mon", "Fri", "Mon"] as const,
};

test("a line that rises goes from the lowest dots on the left to near the highest on the right", () => {
  const lines = plain(fanChart(fan, 30, 6));
  expect(lines).toHaveLength(7);
  const [top, bottom] = [lines[0].slice(9), lines[5].slice(9)];
  expect(bottom[0]).not.toBe("⠀");
  expect(top[0]).toBe("⠀");
  expect(top.at(-1)).not.toBe("⠀");
  expect(lines[6].trimEnd()).toBe(`${" ".repeat(9)}Mon        Fri   Mon`);
});

test("numbers that are all alike, and missing ones, are drawn too", () => {
  const flat = { ...fan, history: [2, Number.NaN, 2], median: [2, 2], bands: [] };
  expect(
    plain(fanChart(flat, 20, 4))
      .join("")
      .match(/[⠁-⣿]/g)?.length,
  ).toBeGreaterThan(2);
});
