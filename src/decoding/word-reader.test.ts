import { expect, it } from "vitest";
import { promptPlace, readWords } from "./word-reader.ts";

const cases: [prompt: string, text: string, word: string | null][] = [
  ["the ne", "xt ", "next"],
  ["the next", " one.", "one"],
  ["the next", ", — (one)", "one"],
  ["", "Straße,", "Straße"],
  ["", "e\u0301te\u0301 ", "e\u0301te\u0301"],
  ["", "don't stop", "don't"],
  ["don", "’t ", "don’t"],
  ["", "'quoted' ", "quoted"],
  ["", "a''b ", "a"],
  ["", "snake_case2(", "snake_case2"],
  ["dogs", "' tails ", "tails"],
  ["dogs'", " tails ", "tails"],
  ["", "open", null],
  ["", "open'", null],
  ["next", "!", null],
];

for (const [prompt, text, word] of cases) {
  it(`after ${JSON.stringify(prompt)} reads ${JSON.stringify(text)} as ${word}`, () => {
    const place = readWords(promptPlace(prompt), text);
    expect(place.ended ? place.word : null).toBe(word);
    let stepwise = promptPlace(prompt);
    for (const character of text) if (!stepwise.ended) stepwise = readWords(stepwise, character);
    expect(stepwise).toEqual(place);
  });
}

it("begins between words", () => {
  const between = { word: "", grown: false, ended: false };
  expect(promptPlace("")).toEqual(between);
  expect(promptPlace("over. ")).toEqual(between);
});
