// Beam search against hand-made tables, and against the search through all targets.
import { type BeamSearchOptions, beamSearch } from "unrolled/decode";
import { describe, expect, test } from "vitest";
import { randomTable, type Table, tableDecoder } from "./table-decoder.ts";

const END = 0;

/** The probabilities of fairseq's tests/test_sequence_generator.py: two sentences over <eos>, w1, w2. */
const FAIRSEQ: readonly Readonly<Record<string, readonly number[]>>[] = [
  {
    "": [0, 0.9, 0.1],
    "1": [1, 0, 0],
    "2": [0, 0.9, 0.1],
    "21": [0, 0.1, 0.9],
    "22": [0.6, 0.2, 0.2],
    "212": [1, 0, 0],
    "211": [1, 0, 0],
  },
  {
    "": [0, 0.7, 0.3],
    "1": [0.25, 0.35, 0.4],
    "2": [0, 0.1, 0.9],
    "12": [0.6, 0.4, 0],
    "22": [0.01, 0, 0.99],
    "222": [0.1, 0.5, 0.4],
    "121": [1, 0, 0],
  },
];
const fairseq: Table = (beginning, sentence) => FAIRSEQ[sentence][beginning.join("")];

async function fairseqWords(options: Partial<BeamSearchOptions>) {
  const { decoder } = tableDecoder(3, fairseq);
  const found = await beamSearch(decoder, 2, { endId: END, maxLength: 10, beam: 2, nBest: 2, ...options });
  return found.map((each) => each.map(({ tokens }) => tokens.join("")));
}

describe("hand-made probabilities of fairseq give the hypotheses that its tests expect", () => {
  const mean = { lengthForm: "length", lengthPenalty: 1 } as const;
  test.each<[string, Partial<BeamSearchOptions>, string[][]]>([
    [
      "mean over tokens",
      mean,
      [
        ["1", "212"],
        ["121", "12"],
      ],
    ],
    [
      "no length penalty",
      {},
      [
        ["1", "212"],
        ["12", "121"],
      ],
    ],
    [
      "a small length penalty",
      { ...mean, lengthPenalty: 0.6 },
      [
        ["1", "212"],
        ["12", "121"],
      ],
    ],
    [
      "a large length penalty",
      { ...mean, lengthPenalty: 5 },
      [
        ["212", "1"],
        ["121", "12"],
      ],
    ],
    [
      "at most two tokens",
      { ...mean, maxLength: 2 },
      [
        ["1", "22"],
        ["12", "22"],
      ],
    ],
  ])("%s", async (_, options, expected) => {
    expect(await fairseqWords(options)).toEqual(expected);
  });

  test("scores are the sum of ln P over a power of the length, the end token counted", async () => {
    const { decoder } = tableDecoder(3, fairseq);
    const [, [best, second]] = await beamSearch(decoder, 2, {
      ...mean,
      endId: END,
      maxLength: 10,
      beam: 2,
      nBest: 2,
    });
    expect(best.logProbability).toBeCloseTo(Math.log(0.7 * 0.4 * 0.4), 12);
    expect(best.score).toBeCloseTo(Math.log(0.7 * 0.4 * 0.4) / 4, 12);
    expect(second.score).toBeCloseTo(Math.log(0.7 * 0.4 * 0.6) / 3, 12);
  });
});

test("all open hypotheses of all sentences are one call, and what is over takes part no more", async () => {
  const table: Table = (before, sentence) => (before.length < 1 + 2 * sentence ? [0, 0.7, 0.3] : [1, 0, 0]);
  const rowsOf = async (beam: number) => {
    const { decoder, calls } = tableDecoder(3, table);
    await beamSearch(decoder, 2, { endId: END, maxLength: 10, beam });
    return calls.map(({ rows }) => rows);
  };
  expect(await rowsOf(1)).toEqual([2, 2, 1, 1]);
  expect(await rowsOf(2)).toEqual([2, 4, 2, 2]);
});

/** All targets of at most `most` tokens, with ln P. */
function everyTarget(
  V: number,
  most: number,
  table: Table,
  sentence = 0,
  beginning: readonly number[] = [],
): { readonly tokens: readonly number[]; readonly logProbability: number }[] {
  const probabilities = table(beginning, sentence).map(Math.log);
  const here = { tokens: beginning, logProbability: probabilities[END] };
  if (beginning.length === most) return [here];
  const further = Array.from({ length: V - 1 }, (_, at) => at + 1).flatMap((token) =>
    everyTarget(V, most, table, sentence, [...beginning, token]).map(({ tokens, logProbability }) => ({
      tokens,
      logProbability: logProbability + probabilities[token],
    })),
  );
  return [here, ...further];
}

const lengthOf = (tokens: readonly number[]) => tokens.length + 1;
const wu = (alpha: number) => (tokens: readonly number[]) => ((5 + lengthOf(tokens)) / 6) ** alpha;

describe("a beam that holds all targets finds what the search through all of them finds", () => {
  const [V, most] = [4, 4];
  test.each<[string, Partial<BeamSearchOptions>, (tokens: readonly number[]) => number, boolean]>([
    ["ln P", {}, () => 1, true],
    ["Wu's normalisation", { lengthPenalty: 1.2 }, wu(1.2), true],
    [
      "the mean",
      { lengthPenalty: 1, lengthForm: "length" },
      (tokens: readonly number[]) => lengthOf(tokens),
      true,
    ],
    ["stopping at the bound", { lengthPenalty: 2, stopping: "bound", nBest: 5 }, wu(2), false],
  ])("%s", async (_, options, divisor, isWhole) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const table = randomTable(V, seed);
      const all = everyTarget(V, most, table)
        .map(({ tokens, logProbability }) => ({ tokens, score: logProbability / divisor(tokens) }))
        .sort((a, b) => b.score - a.score);
      const beam = all.length;
      const nBest = isWhole ? beam : 5;
      const [found] = await beamSearch(tableDecoder(V, table).decoder, 1, {
        endId: END,
        maxLength: most,
        beam,
        nBest,
        ...options,
      });
      expect(found.map(({ tokens }) => tokens.join(""))).toEqual(
        all.slice(0, nBest).map(({ tokens }) => tokens.join("")),
      );
      for (const [rank, { score }] of found.entries()) expect(score).toBeCloseTo(all[rank].score, 10);
    }
  });

  test("minimum length and n-grams that may not repeat leave out targets and nothing else", async () => {
    const table = randomTable(V, 6);
    const repeats = (tokens: readonly number[]) =>
      tokens.some((token, at) =>
        tokens.some(
          (other, from) =>
            from < at && token === other && tokens[at + 1] === tokens[from + 1] && at + 1 < tokens.length,
        ),
      );
    const allowed = everyTarget(V, most, table)
      .filter(({ tokens }) => tokens.length >= 2 && !repeats(tokens))
      .sort((a, b) => b.logProbability - a.logProbability);
    const [found] = await beamSearch(tableDecoder(V, table).decoder, 1, {
      endId: END,
      maxLength: most,
      minLength: 2,
      noRepeatNgram: 2,
      beam: 400,
      nBest: 400,
    });
    expect(found.map(({ tokens }) => tokens.join(""))).toEqual(allowed.map(({ tokens }) => tokens.join("")));
  });
});

describe("greedy search", () => {
  test("is a beam of one, and stops where the end is likeliest", async () => {
    const table = randomTable(5, 8);
    const [[{ tokens }]] = await beamSearch(tableDecoder(5, table).decoder, 1, { endId: END, maxLength: 30 });
    const expected: number[] = [];
    for (;;) {
      const row = table(expected, 0);
      const next = row.indexOf(Math.max(...row));
      if (next === END) break;
      expected.push(next);
    }
    expect([...tokens]).toEqual(expected);
  });

  test("of equally likely tokens it takes the lowest", async () => {
    const { decoder } = tableDecoder(4, (before) =>
      before.length < 3 ? [0.1, 0.3, 0.3, 0.3] : [1, 0, 0, 0],
    );
    const [[{ tokens }]] = await beamSearch(decoder, 1, { endId: END, maxLength: 9 });
    expect([...tokens]).toEqual([1, 1, 1]);
  });
});

test("ties: the better hypothesis goes first, then the lower token; of equal scores what ended first", async () => {
  // After either token the end and one more token are equally likely.
  const even: Table = (before) =>
    before.length === 0 ? [0, 0.5, 0.5] : before.length === 1 ? [0.5, 0.25, 0.25] : [1, 0, 0];
  const { decoder } = tableDecoder(3, even);
  const [found] = await beamSearch(decoder, 1, { endId: END, maxLength: 5, beam: 4, nBest: 4 });
  expect(found.map(({ tokens }) => tokens.join(""))).toEqual(["1", "2", "11", "12"]);
});
