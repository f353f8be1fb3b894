import { expect, it } from "vitest";
import { Generator } from "../../random/philox.ts";
import { byFrequency, wordCounts } from "./word-counts.ts";
import { forEachWord, lastWordCut } from "./word-pattern.ts";

const generator = new Generator(9);
const WORDS = ["a", "don't", "naïve", "हिन्दी", "中", "😀", "looooooooooooooong", "x_1", ".", "\n"];

/** Long enough to be counted in several parts, with a word longer than a part. */
const text = [
  ...Array.from({ length: 100_000 }, () => WORDS[generator.bits() % WORDS.length]),
  "b".repeat(1_000_000),
  ...Array.from({ length: 50_000 }, () => WORDS[generator.bits() % WORDS.length]),
].join(" ");

function counted(pieceLength: number): [string, number][] {
  const counts = wordCounts(lastWordCut, forEachWord);
  for (let start = 0; start < text.length; start += pieceLength) {
    counts.add(text.slice(start, start + pieceLength));
  }
  return byFrequency(counts.finish());
}

it("counts the same in pieces of any length", () => {
  const direct = new Map<string, number>();
  forEachWord(text, (word) => direct.set(word, (direct.get(word) ?? 0) + 1));
  const needed = byFrequency(direct);
  expect(needed).toHaveLength(WORDS.length + 1);
  for (const length of [997, 65_537, 300_001, text.length]) {
    const found = counted(length);
    for (const [at, [word, count]] of needed.entries()) {
      if (found[at][0] !== word || found[at][1] !== count) {
        expect.fail(`pieces of ${length}: ${found[at][1]} of ${found[at][0].slice(0, 20)}, needed ${count}`);
      }
    }
  }
});
