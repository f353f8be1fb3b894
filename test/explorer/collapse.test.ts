import { expect, test } from "vitest";
import { lettersOf, pathOf, wordsOf } from "../../web/listen/collapse.ts";
import { Recording } from "../../web/listen/recording.ts";

const tokens = ["", " ", ..."abc"];
const idsOf = (path: string) =>
  [...path].map((character) => (character === "_" ? 0 : tokens.indexOf(character)));

test("repeats are one letter, blanks part them, spaces part words", () => {
  const letters = lettersOf(idsOf("_aa_a  bb__c"), 0);
  expect(letters.map(({ id, start, end }) => [tokens[id], start, end])).toEqual([
    ["a", 1, 3],
    ["a", 4, 5],
    [" ", 5, 7],
    ["b", 7, 9],
    ["c", 11, 12],
  ]);
  expect(wordsOf(letters, tokens)).toEqual([
    { text: "aa", start: 1, end: 5 },
    { text: "bc", start: 7, end: 12 },
  ]);
  expect(wordsOf(lettersOf(idsOf(" _ "), 0), tokens)).toEqual([]);
});

test("a recording grows by pieces, and reads its path again", () => {
  const recording = new Recording({ tokens, blank: 0, filters: 2, framesPerStep: 3, secondsPerStep: 0.03 });
  const probabilities = (path: string) =>
    Float32Array.from(idsOf(path).flatMap((id) => tokens.map((_, v) => (v === id ? 0.8 : 0.05))));
  expect(recording.read.path).toEqual([]);
  for (const path of ["_a", "", "ab", "__ c"])
    recording.add(new Float32Array(6 * path.length).fill(path.length), probabilities(path));
  expect([recording.steps, recording.frames]).toEqual([8, 24]);
  expect(recording.read.path).toEqual(idsOf("_aab__ c"));
  expect(pathOf(recording.probabilities, tokens.length)).toEqual(recording.read.path);
  expect(recording.read.words.map(({ text }) => text)).toEqual(["ab", "c"]);
  expect(Array.from(recording.features.subarray(12, 24))).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
});
