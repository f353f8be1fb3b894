// What the page draws of a translator, of numbers that are made up.
import { renderToStaticMarkup } from "preact-render-to-string";
import { describe, expect, test, vi } from "vitest";
import type { WrittenReading } from "../../web/engine/writer-protocol.ts";
import { AlignmentMatrix } from "../../web/views/translate/alignment-matrix.tsx";
import { looksFrom, meanOfHeads, sayLooks } from "../../web/views/translate/attention-shares.ts";
import { TargetStep } from "../../web/views/translate/target-step.tsx";
import { alignmentCsv, translationJson } from "../../web/views/translate/translation-table.ts";
import { TranslatorDiagram } from "../../web/views/translate/translator-diagram.tsx";
import { translatorPlaceAt, translatorPlaces } from "../../web/views/translate/translator-geometry.ts";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));

const source = ["two", "dogs", "(end)"];
const target = ["zwei", "Hunde"];
const heads = [Float32Array.of(1, 0, 0, 0.2, 0.8, 0), Float32Array.of(0.5, 0.5, 0, 0.2, 0.6, 0.2)];
const looks = { source, target, weights: meanOfHeads(heads) };
const shape = { source, target, encoderRows: 2, decoderRows: 1 };

describe("where tokens looked", () => {
  test("is the mean of all heads, the largest share first, and said in both directions", () => {
    expect(looksFrom(looks, { side: "target", step: 1 }).map(({ token }) => token)).toEqual([
      "dogs",
      "two",
      "(end)",
    ]);
    expect(sayLooks(looks, { side: "target", step: 0 })).toBe('"zwei" looked at "two" 75 %, "dogs" 25 %');
    expect(sayLooks(looks, { side: "source", step: 1 })).toBe(
      '"dogs" was looked at by "Hunde" 70 %, "zwei" 25 %',
    );
  });

  test("is nothing without attention", () => {
    const none = { ...looks, weights: meanOfHeads([]) };
    expect(looksFrom(none, { side: "target", step: 0 })).toEqual([]);
    expect(sayLooks(none, { side: "target", step: 0 })).toBe('"zwei"');
  });

  test("as a table has a row for each token of the target", () => {
    expect(alignmentCsv({ ...looks, weights: Float32Array.of(1, 0, 0, 0.25, 0.5, 0.25) })).toBe(
      "target,two,dogs,(end)\r\nzwei,1,0,0\r\nHunde,0.25,0.5,0.25\r\n",
    );
  });
});

describe("the drawing", () => {
  const places = translatorPlaces(shape, 500);
  const svg = (step: number, side: "source" | "target") =>
    renderToStaticMarkup(
      <TranslatorDiagram
        {...{ shape, places, looks, rowNames: ["encoder →", "encoder ←", "decoder →"], told: { side, step } }}
      />,
    );

  test("has the source above, the target below, and lines as wide as their shares", async () => {
    await expect(svg(1, "target").replaceAll("><", ">\n<")).toMatchFileSnapshot("./figures/translator.svg");
  });

  test("lights on the other side what the told token looked at, or who looked at it", () => {
    const lit = (markup: string) => [...markup.matchAll(/data-share="([\d.]+)"/g)].map(([, share]) => share);
    expect(lit(svg(0, "target"))).toEqual(["0.750", "0.250"]);
    expect(lit(svg(1, "source"))).toEqual(["0.250", "0.700"]);
    expect([...svg(0, "target").matchAll(/class="look"/g)]).toHaveLength(2);
  });

  test("finds what is pointed at: a unit of a layer, a token, nothing between the sides", () => {
    const x = places.middle(1);
    const y = places.rowTop(1) + places.cellHeight / 4;
    expect(translatorPlaceAt(x, y, shape, places)).toEqual({ side: "source", step: 1, row: 1, share: 0.25 });
    expect(translatorPlaceAt(x, places.height - 4, shape, places)).toEqual({ side: "target", step: 1 });
    expect(translatorPlaceAt(x, places.encoderEnd + 30, shape, places)).toBeUndefined();
    expect(translatorPlaceAt(places.middle(2), places.height - 4, shape, places)).toBeUndefined();
    expect(translatorPlaceAt(10, y, shape, places)).toBeUndefined();
  });

  test("stands upright where tokens are wider than steps, and has no step under its least width", () => {
    const many = { ...shape, source: Array.from({ length: 60 }, (_, at) => `token ${at}`) };
    const narrow = translatorPlaces(many, 300);
    expect(narrow).toMatchObject({ isUpright: true, pitch: 20 });
    expect(narrow.width).toBeGreaterThan(300);
    expect(places.isUpright).toBe(false);
  });
});

test("the matrix has a cell for each share that can be seen", () => {
  const markup = renderToStaticMarkup(
    <AlignmentMatrix
      {...{ looks, title: "Alignment", told: { side: "target", step: 0 } }}
      onPoint={() => {}}
      onAt={() => {}}
    />,
  );
  const cells = [...markup.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);
  expect(cells).toEqual([
    ...["zwei looked at two: 75 %", "zwei looked at dogs: 25 %"],
    ...["Hunde looked at two: 20 %", "Hunde looked at dogs: 70 %", "Hunde looked at (end): 10 %"],
  ]);
});

const translation: WrittenReading = {
  ...{ source, target, heads, text: "zwei Hunde", logProbability: -0.5, alternatives: [] },
  ...{ encoder: [], decoder: [], probabilities: [0.9, 0.625] },
  likeliest: target.map((token) => [{ token, probability: 0.625 }]),
};

test("a step in numbers", () => {
  const markup = renderToStaticMarkup(<TargetStep {...{ written: translation, looks, step: 1 }} />);
  expect(markup).toContain("The decoder read &quot;zwei&quot; and found &quot;Hunde&quot; 63 % likely.");
  expect(markup).toContain('<th scope="row">dogs</th><td>0.7000</td>');
});

test("plain data have a row for each token of the target", () => {
  const plain = JSON.parse(JSON.stringify(translationJson(translation)));
  expect(plain.attention[0]).toEqual([
    [1, 0, 0],
    [expect.closeTo(0.2), expect.closeTo(0.8), 0],
  ]);
});
