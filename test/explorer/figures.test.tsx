// Figures as SVG: a change of the drawing shows as a change of its file.
import { renderToStaticMarkup } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { BarsDrawing, percentOf } from "../../web/figures/bars.tsx";
import { largest, matrixPixels } from "../../web/figures/matrix-image.ts";
import { colourOf, inkOn, type RampKind, rampIndex, type Theme } from "../../web/figures/palette.ts";
import { UnrolledDiagram } from "../../web/figures/unrolled-diagram.tsx";
import type { NetworkShape } from "../../web/figures/unrolled-geometry.ts";

const shape: NetworkShape = {
  ...{ steps: 4, numLayers: 1, hiddenSize: 8, embeddingSize: 4, vocabularySize: 10 },
  ...{ hasCellState: true, gates: ["i", "f", "g", "o"] },
};
const words = {
  pieces: ["a", " ", "<", "\n"],
  predicted: [0.5, 0.004, 0.0004, 0.99].map((probability, index) => ({ piece: "b<\t "[index], probability })),
};

describe("the unrolled diagram", () => {
  test.each([
    ["unrolled", { fold: 1, highlighted: undefined }],
    ["half unrolled", { fold: 0.5, highlighted: undefined }],
    ["with W_hh shown in every copy", { fold: 1, highlighted: "W_hh" as const }],
  ])("%s", async (name, { fold, highlighted }) => {
    const stage = { width: 480, scale: 120, left: 0, fold, at: 1 };
    const svg = renderToStaticMarkup(<UnrolledDiagram {...{ shape, stage, ...words, highlighted }} />);
    await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot(
      `./figures/${name.replaceAll(" ", "-")}.svg`,
    );
  });

  test("narrow copies have neither boxes nor text", () => {
    const stage = { width: 480, scale: 5, left: 0, fold: 1, at: 1 };
    const svg = renderToStaticMarkup(
      <UnrolledDiagram {...{ shape, stage, ...words, highlighted: undefined }} />,
    );
    expect(svg).not.toMatch(/<text|class="cell"/);
  });
});

test("probabilities as bars", async () => {
  const shares = [
    { id: 2, probability: 0.5, sampled: 0.75 },
    { id: 0, probability: 0.25, sampled: 0.25 },
    { id: 1, probability: 0.0002, sampled: 0 },
  ];
  const svg = renderToStaticMarkup(
    <BarsDrawing {...{ shares, tokens: [" ", "\n", "&"], actual: 0 }} width={640} />,
  );
  await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot("./figures/bars.svg");
});

test("probabilities in words", () => {
  expect([1, 0.5, 0.0999, 0.01234, 0.001, 0.0009].map(percentOf)).toEqual([
    "100 %",
    "50 %",
    "10 %",
    "1.2 %",
    "0.1 %",
    "< 0.1 %",
  ]);
});

describe("numbers as colours", () => {
  test("zero is the middle, the limits are the ends, and what is beyond is there too", () => {
    const indices = [-2, -1, 0, 1, 2, Number.NaN].map((value) => rampIndex(value, 1, "diverging"));
    expect(indices).toEqual([0, 0, 128, 255, 255, 128]);
    expect([0, 0.5, 1, 3].map((value) => rampIndex(value, 1, "sequential"))).toEqual([0, 128, 255, 255]);
    expect(rampIndex(0, 0, "diverging")).toBe(128);
  });

  const luminance = (colour: string) => {
    const [r, g, b] = colour.match(/\d+/g)!.map((byte) => {
      const share = Number(byte) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

  test.each<[RampKind, Theme]>([
    ["diverging", "light"],
    ["diverging", "dark"],
    ["sequential", "light"],
    ["sequential", "dark"],
  ])("text can be read on every colour (%s, %s)", (kind, theme) => {
    for (let value = -1; value <= 1; value += 0.01) {
      const ink = inkOn(value, 1, kind, theme) === "#000" ? 0 : 1;
      expect(contrast(luminance(colourOf(value, 1, kind, theme)), ink)).toBeGreaterThan(4.5);
    }
  });

  test.each<Theme>(["light", "dark"])(
    "the ends differ in lightness from the middle, both alike (%s)",
    (theme) => {
      const [low, zero, high] = [-1, 0, 1].map((value) => luminance(colourOf(value, 1, "diverging", theme)));
      expect(contrast(low, zero)).toBeGreaterThan(6);
      expect(contrast(high, zero)).toBeGreaterThan(6);
      // Whoever sees no hue still sees magnitude: it grows towards both ends.
      for (const sign of [-1, 1]) {
        const ramp = [0, 0.25, 0.5, 0.75, 1].map((value) =>
          luminance(colourOf(sign * value, 1, "diverging", theme)),
        );
        const rising = ramp.map((value) => (theme === "dark" ? value : -value));
        expect(rising).toEqual([...rising].sort((a, b) => a - b));
      }
    },
  );
});

test("a matrix is a pixel an entry, time to the right, units down in the order asked for", () => {
  // Two steps of three units.
  const values = Float32Array.from([-1, 0, 1, 0, 1, -1]);
  const figure = { values, steps: 2, units: 3, order: [2, 0, 1], kind: "diverging", limit: 1 } as const;
  const pixels = matrixPixels(figure, "light");
  const at = (row: number, step: number) =>
    `rgb(${[...pixels.slice(4 * (row * 2 + step), 4 * (row * 2 + step) + 3)].join(" ")})`;
  const shown = [0, 1, 2].flatMap((row) => [at(row, 0), at(row, 1)]);
  expect(shown).toEqual([1, -1, -1, 0, 0, 1].map((value) => colourOf(value, 1, "diverging", "light")));
  expect(pixels.filter((_, index) => index % 4 === 3)).toEqual(new Uint8ClampedArray(6).fill(255));
});

test("the largest magnitude", () => {
  expect(largest([0.5, -2, 1])).toBe(2);
  expect(largest([])).toBe(0);
});
