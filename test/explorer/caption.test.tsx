// What the page draws of a model that describes pictures, of numbers that are made up.
import { renderToStaticMarkup } from "preact-render-to-string";
import { expect, test } from "vitest";
import { attentionCsv, sayPlaces } from "../../web/views/caption/attention-places.ts";
import { LookedPicture } from "../../web/views/caption/looked-picture.tsx";

const said = {
  ...{ text: "red", logProbability: -0.1, alternatives: [], tokens: ["red", "(end)"] },
  grid: [1, 2] as const,
  attention: Float32Array.of(0.25, 0.75, 0.5, 0.5),
};
const picture = { url: "data:,", pixels: { width: 20, height: 10, rgba: new Uint8ClampedArray(800) } };

test("a word says where it looked most, and the table has every place", () => {
  expect(sayPlaces(said, 0)).toBe('"red" looked most at row 1, column 2: 75 %');
  expect(attentionCsv(said)).toBe("word,1:1,1:2\r\nred,0.25,0.75\r\n(end),0.5,0.5\r\n");
  expect(sayPlaces({ ...said, attention: new Float32Array() }, 0)).toBe('"red"');
});

test("a place that is pointed at has an outline", () => {
  const markup = renderToStaticMarkup(<LookedPicture {...{ picture, said, at: 0, place: 1 }} />);
  expect([...markup.matchAll(/<rect x="(\d+)"[^>]*class="outlined"/g)].map(([, x]) => x)).toEqual(["192"]);
});

test("a place is the less veiled the larger its share", () => {
  const markup = renderToStaticMarkup(<LookedPicture {...{ picture, said, at: 0 }} />);
  const veils = [...markup.matchAll(/x="([\d.]+)" y="0" .*?fill-opacity="([\d.]+)"/g)];
  expect(veils.map(([, x, veil]) => [Number(x), Number(veil)])).toEqual([
    [0, expect.closeTo(0.533, 3)],
    [192, 0],
  ]);
});
