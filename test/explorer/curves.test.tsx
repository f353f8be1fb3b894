// Curves as SVG: a change of the drawing shows as a change of its file.
import { renderToStaticMarkup } from "preact-render-to-string";
import { expect, test } from "vitest";
import { type Curve, CurveKeys, CurvesDrawing } from "../../web/figures/curves.tsx";
import { unitsFromText, unitsToText } from "../../web/views/unit-ranges.ts";

const curves: readonly Curve[] = [
  {
    name: "with an interval",
    style: 0,
    points: [1, 2, 4, 8, 16].map((x) => ({ x, y: 1 + 2 / x, least: 0.9 + 2 / x, most: 1.1 + 2 / x })),
  },
  { name: "that meets zero", style: 1, points: [1, 4, 9, 16].map((x) => ({ x, y: x === 9 ? 0 : 3 / x })) },
];

test.each([
  ["wide", "curves-wide"],
  ["narrow", "curves-narrow"],
] as const)("curves, %s", async (size, name) => {
  const svg = renderToStaticMarkup(
    <CurvesDrawing
      title="Loss & more"
      curves={curves}
      xName="tokens"
      xScale="logarithmic"
      yScale="logarithmic"
      marks={[{ x: 4, name: "reach" }]}
      size={size}
    />,
  );
  expect(svg).not.toMatch(/NaN|Infinity/);
  await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot(`./figures/${name}.svg`);
});

test("keys name every curve, and nothing is said of nothing", () => {
  const keys = renderToStaticMarkup(<CurveKeys curves={curves} />);
  for (const { name } of curves) expect(keys).toContain(name);
  const empty = renderToStaticMarkup(
    <CurvesDrawing title="" curves={[]} xName="" xScale="linear" yScale="linear" size="wide" />,
  );
  expect(empty).toContain("nothing to draw");
});

test("units are written as numbers and ranges", () => {
  expect(unitsFromText(" 3, 5-7,6 ", 8)).toEqual([3, 5, 6, 7]);
  expect(unitsFromText("all", 8)).toBe("all");
  expect(unitsFromText("", 8)).toBe("all");
  for (const text of ["8", "5-3", "x", "1,,2", "-1"]) expect(unitsFromText(text, 8), text).toBeUndefined();
  expect(unitsToText([1, 2, 3, 4, 7, 9, 10])).toBe("1-4, 7, 9, 10");
  expect(unitsToText(undefined)).toBe("all");
});
