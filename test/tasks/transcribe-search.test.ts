// What is said of words where texts are searched for, and what is wrong with it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { TranscribeDecoding } from "../../src/tasks/transcribe/transcribe-options.ts";
import { searchOf } from "../../src/tasks/transcribe/transcribe-search.ts";
import { openDevice } from "../../src/tensor/device.ts";

const device = await openDevice({ backend: "reference" });
const folder = mkdtempSync(join(tmpdir(), "unrolled-search-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const NOTHING: TranscribeDecoding = {
  ...{ beam: null, lm: null, lmWeight: 0.5, wordBonus: 0, lexicon: null },
  ...{ hotWords: [], hotWordBonus: 10 },
};
/** A search of a recogniser that writes a, b and spaces. */
const search = (said: Partial<TranscribeDecoding>, nBest = 1) =>
  searchOf({ ...NOTHING, ...said }, { tokens: ["", " ", "a", "b"], isLowercase: true }, device, nBest);

test("without anything said the best path is taken, with words or alternatives a beam of 32", async () => {
  expect((await search({})).beamWidth).toBe(0);
  expect((await search({}, 3)).beamWidth).toBe(32);
  expect((await search({ wordBonus: 1 })).beamWidth).toBe(32);
  expect((await search({ lexicon: file("ab.txt", "AB x y\n\nÄ\n"), beam: 4 })).beamWidth).toBe(4);
});

test("a hot word adds its bonus, in the recogniser's case", async () => {
  const [scorer] = (await search({ hotWords: ["A"], hotWordBonus: 3 })).scorers;
  const place = scorer.start();
  expect(scorer.score(place, 2) + scorer.end(scorer.next(place, 2))).toBe(3);
});

test.each<[string, Partial<TranscribeDecoding>, number, RegExp]>([
  ["a lexicon that is not there", { lexicon: "no.txt" }, 1, /^read: no\.txt does not exist$/],
  ["a lexicon that is a folder", { lexicon: folder }, 1, /unrolled-search-\w+ is a folder, needed a file/],
  [
    "a model that is a folder without one",
    { lm: folder },
    1,
    /unrolled-search-\w+ is a folder, needed a file/,
  ],
  ["a best path with a lexicon", { beam: 0, lexicon: "no.txt" }, 1, /beam is 0, the best path/],
  ["a best path with a bonus", { beam: 0, wordBonus: 1 }, 1, /beam is 0, the best path/],
  ["a best path with alternatives", { beam: 0 }, 2, /beam is 0, the best path/],
  ["hot words that cannot be written", { hotWords: ["ab", "é b"] }, 1, /hotWords is "é b"/],
  ["a lexicon of such words", { lexicon: file("odd.txt", "xyz\né\n") }, 1, /odd\.txt with 2 words/],
  ["a lexicon that is not there", { lexicon: join(folder, "gone.txt") }, 1, /gone\.txt/],
  ["words for n-grams", { lm: file("words.txt", "ab\n") }, 1, /words\.txt: .*no line is \\data\\/],
])("%s: refused by name", async (_, said, nBest, message) => {
  await expect(search(said, nBest)).rejects.toMatchObject({ message: expect.stringMatching(message) });
});
