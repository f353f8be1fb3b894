import stringWidth from "string-width";
import { expect, it } from "vitest";
import { barChart } from "./bar-chart.ts";
import { wrapped, wrappedText } from "./wrap.ts";

it("fills the columns with the longest bar, and stays within them for wide characters and long names", () => {
  const bars = [
    { name: "space", share: 0.5 },
    { name: "語", share: 0.25 },
    { name: "a-very-long-word-that-has-no-end-in-sight", share: 0.0001 },
  ];
  for (const columns of [40, 60, 100]) {
    const lines = barChart(bars, columns);
    expect(stringWidth(lines[0])).toBe(columns);
    expect(lines[0].match(/█/g)!.length).toBe(
      2 * lines[1].match(/█/g)!.length + (lines[1].match(/▌/g)?.length ?? 0),
    );
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const starts = lines.map((line) => stringWidth(line.slice(0, line.indexOf("%"))));
    expect(new Set(starts).size).toBe(1);
  }
});

it("breaks lines at spaces, and samples at the last column", () => {
  expect(wrapped("Text  one two three four", 14, 6)).toBe("Text  one two\n      three\n      four");
  expect(wrappedText("ab\tc\u001b[31m\n語語語", 5)).toEqual(["ab   ", " c·[3", "1m", "語語", "語"]);
});
