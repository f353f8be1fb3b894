import { expect, test } from "vitest";
import { alignmentSvg } from "../report/alignment-svg.ts";
import { alignmentChart } from "./alignment-chart.ts";

const ALIGNMENT = {
  source: ["Two", "dogs", "run"],
  target: ["Zwei", "Hunde", "<laufen>"],
  weights: [
    [0.9, 0.1, 0],
    [0.04, 0.5, 0.46],
    [0, 0.3, 0.7],
  ],
};
const plain = (lines: readonly string[]) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the control character ESC.
  lines.map((line) => line.replace(/\u001b\[\d+m/g, ""));

test("words of the source stand above as letters, blocks say how much each target word looked at them", () => {
  expect(plain(alignmentChart(ALIGNMENT, 80))).toEqual([
    "           d",
    "         T o r",
    "         w g u",
    "         o s n",
    "Zwei     ██░░",
    "Hunde      ▓▓▓▓",
    "<laufen>   ▒▒██",
  ]);
});

test("a source that is too long goes on below, within the columns", () => {
  const lines = plain(alignmentChart(ALIGNMENT, 8));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8);
  expect(lines.filter((line) => line.startsWith("Z"))).toHaveLength(2);
});

test("the picture has a cell for each pair, as strong as its share, and words as text", () => {
  const svg = alignmentSvg([ALIGNMENT, ALIGNMENT]);
  expect(svg.match(/<rect /g)).toHaveLength(2 * 9);
  expect(svg).toContain('fill-opacity="0.46"');
  expect(svg).toContain("Hunde looked at run: 46.0 %");
  expect(svg).toContain("&lt;laufen&gt;");
  expect(svg).not.toContain("<laufen>");
});
