import stringWidth from "string-width";
import { expect, it } from "vitest";
import { LiveBlock } from "../screen/live-block.ts";
import { resultsCsv } from "./csv.ts";
import { headings, rowsOf } from "./rows.ts";
import { tableLines } from "./table.ts";
import type { Trial } from "./trial.ts";

const result = (lossNats: number) => ({
  steps: 200,
  seconds: 12.3,
  lossNats,
  bitsPerCharacter: lossNats / Math.LN2,
});
const trials: Trial[] = [
  { number: 1, settings: { learning_rate: 0.001, val: 'a,"b".txt' }, results: [result(2.5)], error: null },
  { number: 2, settings: { learning_rate: 0.01, val: "c.txt" }, results: [], error: "c.txt does not\nexist" },
  { number: 3, settings: { learning_rate: 0.1, val: "語.txt" }, results: [result(1.5)], error: null },
  { number: 4, settings: { learning_rate: 0.2, val: "d.txt" }, results: [], error: null },
  { number: 5, settings: { learning_rate: 0.3, val: "e.txt" }, results: [], error: null },
];
const running = new Map([[5, { steps: 30, totalSteps: 120, loss: 3.25 }]]);

it("results are a table of comma-separated values", () => {
  expect(resultsCsv(trials.slice(0, 3)).split("\r\n")).toEqual([
    "trial,learning_rate,val,state,steps,seconds,loss_nats,bits_per_character,error",
    `1,0.001,"a,""b"".txt",done,200,12.3,2.5,${2.5 / Math.LN2},`,
    '2,0.01,c.txt,failed,,,,,"c.txt does not\nexist"',
    `3,0.1,語.txt,done,200,12.3,1.5,${1.5 / Math.LN2},`,
    "",
  ]);
});

it("the table has the best first, then what runs, what failed, what waits", () => {
  const rows = rowsOf(trials, running, "loss_nats");
  expect(rows.map(({ trial }) => trial.number)).toEqual([3, 1, 5, 2, 4]);
  expect(rows.map(({ cells }) => cells.at(-1))).toEqual([
    ...["200 steps", "200 steps", "25 %, loss 3.250", "failed: c.txt does not·exist", "waits"],
  ]);
});

it.each([40, 60, 200])("the table fits %i columns, figures whole as long as there is room", (columns) => {
  const rows = rowsOf(trials, running, "loss_nats").map(({ cells }) => cells);
  const lines = tableLines([headings(["learning_rate", "val"], "loss_nats"), ...rows], columns);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  expect(lines).toHaveLength(6);
  if (columns >= 60) expect(lines[1]).toMatch(/^3 +0\.1 +語\.txt +1\.500 +12 s +200 steps$/);
  if (columns === 200) expect(lines[0]).toMatch(/^trial +learning_rate +val +loss_nats +time +state$/);
});

it("lines are drawn over those before, and leave the last column and row free", () => {
  const written: string[] = [];
  const ignore = () => {};
  const write = (text: string) => written.push(text);
  const stream = { columns: 60, rows: 24, write, on: ignore, off: ignore };
  const live = new LiveBlock(stream as unknown as NodeJS.WriteStream);
  const sizes: number[][] = [];
  const draw = (...lines: string[]) =>
    live.update((...size) => {
      sizes.push(size);
      return lines;
    });
  draw("a", "b");
  // Too soon to be seen.
  draw("c");
  const drawn = "\r\x1b[?7la\x1b[K\nb\x1b[K\x1b[J\x1b[?7h\x1b[1A\r";
  expect(written).toEqual([drawn]);
  live.clear();
  live.clear();
  expect(written).toEqual([drawn, "\r\x1b[K\n\x1b[J\x1b[A"]);
  expect(sizes).toEqual([[59, 23]]);
});
