// The figures of a training: what they draw of numbers that are known.
import { renderToStaticMarkup } from "preact-render-to-string";
import { describe, expect, it, test } from "vitest";
import { flowValues, overTime } from "../../web/figures/flow-map.tsx";
import { LineChart } from "../../web/figures/line-chart.tsx";
import { shortNumber } from "../../web/figures/short-number.ts";
import { thinned } from "../../web/training-session.ts";

describe("the line chart", () => {
  const size = { width: 320, height: 160, xName: "updates" };
  test.each([
    [
      "loss with what is known",
      {
        series: [
          { name: "loss", look: "first" as const, points: [1, 2, 3, 4].map((x) => [x, 2 / x] as const) },
        ],
        levels: [
          { name: "without memory", value: 1.9 },
          { name: "the best there is", value: 0.5 },
        ],
        scale: "linear" as const,
        least: [0, 0] as const,
      },
    ],
    [
      "norms that burst",
      {
        series: [
          {
            name: "as it is",
            look: "second" as const,
            points: [
              [1, 0.5],
              [2, 40],
              [3, Number.NaN],
              [4, 3000],
            ] as const,
          },
          { name: "as used", look: "first" as const, points: [[1, 0.5] as const, [2, 1] as const] },
        ],
        levels: [{ name: "clipped here", value: 1 }],
        scale: "log" as const,
      },
    ],
    [
      "nothing yet",
      { series: [{ name: "loss", look: "first" as const, points: [] }], levels: [], scale: "log" as const },
    ],
  ])("%s", async (name, figure) => {
    const svg = renderToStaticMarkup(<LineChart title={name} {...figure} {...size} />);
    await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot(
      `./figures/chart-${name.replaceAll(" ", "-")}.svg`,
    );
    expect(svg).not.toContain("NaN,");
  });

  it("says the newest numbers to those who do not see it", () => {
    const svg = renderToStaticMarkup(
      <LineChart
        title="Loss"
        series={[{ name: "loss", look: "first", points: [[7, 0.1234]] }]}
        levels={[{ name: "without memory", value: 2 }]}
        scale="linear"
        {...size}
      />,
    );
    expect(svg).toContain('aria-label="Loss: loss 0.123 at step 7, without memory 2"');
  });

  it("writes numbers short", () => {
    expect([0, 0.5, 12.345, 9999, 12_345, 0.00012].map(shortNumber)).toEqual([
      "0",
      "0.5",
      "12.3",
      "10000",
      "1e+4",
      "1e−4",
    ]);
  });
});

test("the flow is coloured by decades beside the last step, or by its size", () => {
  const columns = [{ at: 1, norms: Float64Array.of(1e-5, 1e-2, 1e-3) }];
  const relative = Array.from(flowValues(columns, true));
  [-2, 1, 0].forEach((decades, t) => {
    expect(relative[t]).toBeCloseTo(decades, 5);
  });
  const absolute = Array.from(flowValues([{ at: 1, norms: Float64Array.of(1e-9, 1e-2, 100) }], false));
  [0, 0.5, 1].forEach((share, t) => {
    expect(absolute[t]).toBeCloseTo(share, 5);
  });
});

test("a long story is thinned evenly, and keeps its means, its largest norm and its end", () => {
  let entries: readonly { readonly span: number; readonly sum: number; readonly last: number }[] = [];
  for (let step = 1; step <= 5000; step++)
    entries = thinned([...entries, { span: 1, sum: step, last: step }], 100, (a, b) => ({
      span: a.span + b.span,
      sum: a.sum + b.sum,
      last: b.last,
    }));
  expect(entries.length).toBeLessThanOrEqual(100);
  expect(entries.reduce((sum, { span }) => sum + span, 0)).toBe(5000);
  expect(entries.reduce((sum, each) => sum + each.sum, 0)).toBe((5000 * 5001) / 2);
  expect(entries[entries.length - 1].last).toBe(5000);
  const settled = entries.filter(({ last }) => last < 4000).map(({ span }) => span);
  expect(Math.max(...settled) / Math.min(...settled)).toBeLessThanOrEqual(2);
});

test("the map's columns are equal parts of the updates, each the newest look of its time", () => {
  const looks = [1, 2, 6, 8].map((at) => ({ at, norms: new Float64Array([at]) }));
  expect(overTime(looks, 4).map(({ at }) => at)).toEqual([2, 2, 6, 8]);
  // Where more updates have been made than were looked at, the newest look goes on to their end, as the charts do.
  expect(overTime(looks, 4, 16).map(({ at }) => at)).toEqual([2, 8, 8, 8]);
  expect(overTime([], 4)).toEqual([]);
});
