import { describe, expect, it, test } from "vitest";
import { languageNetwork, partsOf } from "../../test/language-network.ts";
import { trainTokenizer } from "../data/tokenizers/train-tokenizer.ts";
import { openDevice } from "../tensor/device.ts";
import { areaUnderCurve, correlation, ranksOf } from "./association.ts";
import { textFeatures } from "./text-features.ts";
import { excitingPassages, respondingUnits, unitResponses } from "./unit-responses.ts";

const text = 'The Cat (a [small] one) said: "Oh, 42 Mice!"\nAnd "again'.concat(
  "\n\nthen it Slept. ".repeat(40),
);

test("features are what one sees at each place of a text", () => {
  const shown = [...'Aé ("x\n\ny1)'];
  const rows = Object.fromEntries(textFeatures(shown).map(({ name, values }) => [name, Array.from(values)]));
  expect(rows).toEqual({
    "position in line": [1, 2, 3, 4, 5, 6, 0, 0, 1, 2, 3],
    "inside quotes": [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0],
    "inside brackets": [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0],
    "bracket depth": [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0],
    vowel: [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0],
    consonant: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    capital: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    digit: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    punctuation: [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1],
    "white space": [0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0],
    "line end": [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0],
    "word start": [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0],
    indentation: new Array(11).fill(0),
  });
  const [indentation] = textFeatures([..." \ta b\nc"]).filter(({ name }) => name === "indentation");
  expect(Array.from(indentation.values)).toEqual([1, 2, 2, 2, 2, 0, 0]);
});

test("a token that completes no character is where the one before it is", () => {
  const [line] = textFeatures(["ab", "", "\nc"]);
  expect(Array.from(line.values)).toEqual([2, 2, 1]);
});

test("the area under the curve is the share of pairs that are in order, ties counting half", () => {
  const numbers = Float32Array.of(0.1, 0.4, 0.4, 0.8, 0.2, 0.4);
  const feature = Float32Array.of(0, 1, 0, 1, 0, 0);
  let pairs = 0;
  for (const high of [1, 3])
    for (const low of [0, 2, 4, 5])
      pairs += numbers[high] > numbers[low] ? 1 : numbers[high] === numbers[low] ? 0.5 : 0;
  expect(areaUnderCurve(ranksOf(numbers), feature, 1)).toBe(pairs / 8);
  expect(areaUnderCurve(ranksOf(numbers), feature, 3)).toBeUndefined();
  expect(correlation([1, 2, 3], [2, 4, 6.5])).toBeCloseTo(4.5 / Math.sqrt(61 / 3), 9);
  expect(correlation([1, 1, 1], [2, 4, 6])).toBe(0);
});

describe("what units respond to", async () => {
  const device = await openDevice({ backend: "wasm" });
  const tokenizer = trainTokenizer({ kind: "char", text });
  const V = tokenizer.vocabularySize;
  const sizes = { vocabularySize: V, embeddingSize: V, hiddenSize: 3, numLayers: 1 };
  const network = languageNetwork(device, "rnn", { ...sizes, options: { nonlinearity: "relu" } });
  for (const parameter of network.parameters()) parameter.assign(new Float32Array(parameter.size));
  partsOf(network).encoder.weight.assign(
    Float32Array.from({ length: V * V }, (_, place) => (place % (V + 1) === 0 ? 1 : 0)),
  );
  const { weightIh, weightHh } = partsOf(network).rnn.layerWeights(0);
  // Unit 0 sees capitals, unit 1 counts characters since the last line break, unit 2 does nothing.
  const ofUnit = [
    (character: string) => (/\p{Lu}/u.test(character) ? 1 : 0),
    (character: string) => (character === "\n" ? -1000 : 1),
    () => 0,
  ];
  weightIh.assign(
    ofUnit.flatMap((weightOf) => Array.from({ length: V }, (_, id) => weightOf(tokenizer.token(id)))),
  );
  weightHh.assign([0, 0, 0, 0, 1, 0, 0, 0, 0]);
  const found = await unitResponses(network, tokenizer, text, { surroundings: 5, passages: 3 });

  it("is found for units that were made to", () => {
    const [first, second, last] = found.units;
    expect([first, second].map(({ unit }) => unit).sort()).toEqual([0, 1]);
    const byUnit = (unit: number) => found.units.find((entry) => entry.unit === unit)!.responses[0];
    expect(byUnit(0)).toMatchObject({ feature: "capital", areaUnderCurve: 1, strength: 1 });
    expect(byUnit(0).correlation).toBeCloseTo(1, 6);
    expect(byUnit(1)).toMatchObject({ feature: "position in line", areaUnderCurve: undefined });
    expect(byUnit(1).strength).toBeCloseTo(1, 6);
    expect(last).toMatchObject({ unit: 2, mean: 0, deviation: 0 });
    // Of digits there are two, which say nothing.
    expect(first.responses.map(({ feature }) => feature)).not.toContain("digit");
  });

  it("comes with the passages that excite them most, which do not overlap", () => {
    const counter = found.units.find(({ unit }) => unit === 1)!;
    expect(counter.passages).toHaveLength(3);
    expect(counter.passages[0]).toEqual({
      t: text.indexOf('"\nAnd'),
      activation: text.indexOf("\nAnd"),
      before: "Mice!",
      text: '"',
      after: "\nAnd ",
    });
    const [a, b] = excitingPassages(Float32Array.of(5, 4, 3, 2, 1), [..."abcde"], {
      count: 2,
      surroundings: 2,
    });
    expect([a.t, b.t]).toEqual([0, 3]);
    expect(b).toMatchObject({ before: "bc", after: "e" });
  });

  it("is found for features of one's own, of activations that are known", async () => {
    const numbers = Float32Array.from({ length: 12 }, (_, t) => Math.sin(t));
    const h = Float32Array.from({ length: 24 }, (_, at) => (at % 2 ? -2 * numbers[at >> 1] : at % 3));
    const layer = { states: { h }, widths: { h: 2 } };
    const features = [{ name: "pulse", kind: "number" as const, values: numbers }];
    const texts = Array.from(numbers, String);
    const [first] = await respondingUnits([layer], texts, features);
    expect(first).toMatchObject({ layer: 0, unit: 1 });
    expect(first.responses).toEqual([
      {
        feature: "pulse",
        areaUnderCurve: undefined,
        correlation: expect.closeTo(-1, 6),
        strength: expect.closeTo(1, 6),
      },
    ]);
    // Of fewer steps nothing can be said.
    const short = [{ ...features[0], values: numbers.subarray(0, 5) }];
    const few = { states: { h: h.subarray(0, 10) }, widths: { h: 2 } };
    expect((await respondingUnits([few], texts.slice(0, 5), short))[0].responses).toEqual([]);
    await expect(respondingUnits([layer], texts, features, { what: "c" })).rejects.toThrow(
      'respondingUnits: what is "c", which layer 0 does not have',
    );
  });

  it("of an empty text, or of a c that is not there, is an error that says so", async () => {
    await expect(unitResponses(network, tokenizer, "")).rejects.toThrow("unitResponses: the text is empty");
    await expect(unitResponses(network, tokenizer, text, { what: "c" })).rejects.toThrow(
      'unitResponses: what is "c", which a cell of kind rnn does not have',
    );
    const signal = AbortSignal.abort();
    await expect(unitResponses(network, tokenizer, text, { signal })).rejects.toThrow("aborted");
  });
});
