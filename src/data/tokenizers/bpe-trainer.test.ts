import { expect, it } from "vitest";
import { Generator } from "../../random/philox.ts";
import { learnMerges } from "./bpe-trainer.ts";
import { BytePairMerger } from "./byte-pair-merger.ts";
import { MergeTable } from "./merge-table.ts";

const generator = new Generator(5);
const word = (letters: string, length: number) =>
  Array.from({ length }, () => letters[generator.bits() % letters.length]).join("");

/** The definition: count all pairs anew before each merge. */
function naiveMerges(counts: ReadonlyMap<string, number>, most: number): number[] {
  const encoder = new TextEncoder();
  const words = [...counts].map(([text, count]) => ({ tokens: [...encoder.encode(text)], count }));
  const spellings = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const merges: number[] = [];
  while (spellings.length < 256 + most) {
    const occurrences = new Map<string, { left: number; right: number; count: number }>();
    for (const { tokens, count } of words) {
      for (let at = 0; at + 1 < tokens.length; at++) {
        const [left, right] = [tokens[at], tokens[at + 1]];
        const key = `${left} ${right}`;
        occurrences.set(key, { left, right, count: (occurrences.get(key)?.count ?? 0) + count });
      }
    }
    const [best] = [...occurrences.values()].sort(
      (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
    );
    if (best === undefined || best.count < 2) break;
    const spelling = spellings[best.left] + spellings[best.right];
    if (!spellings.includes(spelling)) spellings.push(spelling);
    const result = spellings.indexOf(spelling);
    merges.push(best.left, best.right, result);
    for (const { tokens } of words) naiveMerge(tokens, best.left, best.right, result);
  }
  return merges;
}

function naiveMerge(tokens: number[], left: number, right: number, result: number): void {
  for (let at = 0; at + 1 < tokens.length; at++) {
    if (tokens[at] === left && tokens[at + 1] === right) tokens.splice(at, 2, result);
  }
}

/** The definition: the leftmost pair of the lowest rank, one at a time. */
function naiveEncode(merges: Int32Array, tokens: number[]): number[] {
  for (;;) {
    let best = { rank: Number.POSITIVE_INFINITY, at: -1 };
    for (let at = 0; at + 1 < tokens.length; at++) {
      for (let rank = 0; rank < merges.length / 3 && rank < best.rank; rank++) {
        const isIt = merges[3 * rank] === tokens[at] && merges[3 * rank + 1] === tokens[at + 1];
        if (isIt) best = { rank, at };
      }
    }
    if (best.at < 0) return tokens;
    tokens.splice(best.at, 2, merges[3 * best.rank + 2]);
  }
}

it.each(["ab", "abcd", "aé中😀", "abcdefghij"])(
  "learns and encodes as the definition does: %s",
  (letters) => {
    for (let round = 0; round < 60; round++) {
      const counts = new Map<string, number>();
      for (let words = 0; words < 20; words++) {
        counts.set(word(letters, 1 + (generator.bits() % 14)), 1 + (generator.bits() % 9));
      }
      const merges = learnMerges(counts, 60);
      expect([...merges]).toEqual(naiveMerges(counts, 60));

      const table = new MergeTable(merges);
      const merger = new BytePairMerger(table);
      const longMerger = new BytePairMerger(table, 0);
      for (let texts = 0; texts < 20; texts++) {
        const bytes = [...new TextEncoder().encode(word(letters, generator.bits() % 40))];
        const tokens = Int32Array.from(bytes);
        const length = merger.merge(tokens, bytes.length);
        expect([...tokens.subarray(0, length)]).toEqual(naiveEncode(merges, bytes));
        const again = Int32Array.from(bytes);
        expect([...again.subarray(0, longMerger.merge(again, bytes.length))]).toEqual(
          naiveEncode(merges, bytes),
        );
      }
    }
  },
);

it("merges in any order of ranks, as a foreign file may have them", () => {
  for (let round = 0; round < 300; round++) {
    // Tokens 0 to 9, any two of which may make any.
    const pairs = new Set<number>();
    while (pairs.size < 30) pairs.add(generator.bits() % 100);
    const merges = Int32Array.from(
      [...pairs].flatMap((pair) => [Math.floor(pair / 10), pair % 10, generator.bits() % 10]),
    );
    const start = Array.from({ length: generator.bits() % 30 }, () => generator.bits() % 10);
    for (const longest of [1000, 0]) {
      const tokens = Int32Array.from(start);
      const length = new BytePairMerger(new MergeTable(merges), longest).merge(tokens, start.length);
      expect([...tokens.subarray(0, length)], `lists above ${longest}`).toEqual(naiveEncode(merges, start));
    }
  }
});

it("takes equally frequent pairs in the order of their ids and none that occurs once", () => {
  const merges = learnMerges(
    new Map([
      ["cd", 2],
      ["ab", 2],
      ["ac", 1],
    ]),
    10,
  );
  expect([...merges]).toEqual([97, 98, 256, 99, 100, 257]);
});

it("learns from evenly spread pieces of runs that are very long, as if they were all", () => {
  const words = "the the the the next next word needs those before it and memory carries them along".split(
    " ",
  );
  let run = "";
  while (run.length < 1 << 17) run += words[generator.bits() % words.length];
  const [once, often] = [1, 80].map((times) => learnMerges(new Map([[run.repeat(times), 1]]), 12));
  expect([...often.subarray(0, 6)]).toEqual([...once.subarray(0, 6)]);
  // All pieces together are as heavy as the run.
  expect(often.length).toBe(once.length);
});

it("counts a long run as several, and ends", () => {
  const merges = learnMerges(new Map([["a".repeat(1_000_000), 1]]), 8);
  expect(merges.length / 3).toBe(8);
  expect([...merges.subarray(0, 6)]).toEqual([97, 97, 256, 256, 256, 257]);
});
