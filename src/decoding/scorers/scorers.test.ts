import { describe, expect, test } from "vitest";
import { markovModel } from "../../../test/markov-model.ts";
import { readArpa } from "../ngram/read-arpa.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { hotWords } from "./hot-words.ts";
import { nextTokenScorer } from "./next-token-scorer.ts";
import { wordScorer } from "./word-scorer.ts";

const tokens = [..." abnwyork", ""];
/** What a scorer adds to each character of a text, and to its end. */
function scores(
  scorer: PrefixScorer,
  text: string,
  pieces: readonly string[] = [...text],
  of = tokens,
): number[] {
  let state = scorer.start();
  const each = pieces.map((piece) => {
    const score = scorer.score(state, of.indexOf(piece));
    state = scorer.next(state, of.indexOf(piece));
    return score;
  });
  return [...each, scorer.end(state)].map((score) => Math.round(score * 1e9) / 1e9 + 0);
}
const total = (scorer: PrefixScorer, text: string) =>
  Math.round(1e6 * scores(scorer, text).reduce((sum, score) => sum + score, 0)) / 1e6 + 0;
const NEVER = Number.NEGATIVE_INFINITY;

describe("words", () => {
  test("a lexicon allows its words, parted by one space", () => {
    const scorer = wordScorer({ tokens, lexicon: ["ab", "a", "now"] });
    expect(scores(scorer, "ab now")).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(scores(scorer, "no")).toEqual([0, 0, NEVER]);
    expect(scores(scorer, "b")[0]).toBe(NEVER);
    expect(scores(scorer, "no ")[2]).toBe(NEVER);
    expect(scores(scorer, "a  ")[2]).toBe(NEVER);
    expect(scores(scorer, " ")[0]).toBe(NEVER);
    expect(scores(scorer, "abb")[2]).toBe(NEVER);
  });

  test("tokens may be pieces of words with the space in front", () => {
    const pieces = [" a", "b", " now", ""];
    const scorer = wordScorer({ tokens: pieces, lexicon: ["ab", "now"], wordBonus: 1 });
    expect(scores(scorer, "", [" a", "b", " now"], pieces)).toEqual([0, 0, 1, 1]);
    expect(scores(scorer, "", [" a", " now"], pieces)[1]).toBe(NEVER);
  });

  test("n-grams count when a word is over, the last at the end, with its end of sentence", () => {
    const languageModel = readArpa(
      "\\data\\\nngram 1=4\nngram 2=1\n\\1-grams:\n-9 <s>\n-1 </s>\n-0.5 ab -0.25\n-0.75 now\n\\2-grams:\n-0.125 ab now\n\\end\\",
    );
    const ln = Math.LN10;
    const near = (numbers: number[]) => numbers.map((number) => Math.round(number * 1e9) / 1e9);
    const scorer = wordScorer({ tokens, languageModel, languageWeight: 2, wordBonus: 0.5 });
    expect(scores(scorer, "ab now")).toEqual(near([0, 0, -1 * ln + 0.5, 0, 0, 0, -0.25 * ln + 0.5 - 2 * ln]));
    // "a" is unknown, and this model has no <unk>: the penalty stands alone.
    expect(scores(scorer, "a ")).toEqual(near([0, -20 + 0.5, -2 * ln]));
  });
});

describe("hot words", () => {
  const scorer = hotWords({ tokens, words: ["now", "new york", "no"], bonus: 6 });

  test("a word counts by its share, and its whole at its end", () => {
    expect(scores(scorer, "no")).toEqual([3, 3, 0]);
    expect(total(scorer, "now")).toBe(6);
    expect(total(scorer, "now no a")).toBe(12);
  });

  test("what a word has not become is taken back", () => {
    expect(total(scorer, "n")).toBe(0);
    expect(total(scorer, "nob ab")).toBe(0);
    expect(total(scorer, "ano")).toBe(0);
  });

  test("phrases go on over spaces; where one breaks, its last word may be hot by itself", () => {
    const phrases = hotWords({ tokens, words: ["on york", "an no way", "now"], bonus: 6 });
    expect(total(phrases, "on york")).toBe(6);
    expect(total(phrases, "on now")).toBe(6);
    expect(total(phrases, "an no")).toBe(0);
    expect(total(phrases, "on y")).toBe(0);
  });
});

describe("a model of tokens", () => {
  // Three tokens, the last of which ends a text; what is likely depends on the one before.
  const rows = [
    [0.5, 0.3, 0.2],
    [0.1, 0.6, 0.3],
    [0.7, 0.2, 0.1],
  ];
  const scorer = nextTokenScorer(
    markovModel(3, (history) => rows[history.at(-1)!]),
    {
      ids: [[0], [1], [1, 0]],
      promptIds: [2],
      endId: 2,
      weight: 2,
    },
  );
  const of = (...ids: number[]) => {
    let state = scorer.start();
    let sum = 0;
    for (const id of ids) {
      sum += scorer.score(state, id);
      state = scorer.next(state, id);
    }
    return sum + scorer.end(state);
  };

  test("adds the logarithm of each token's probability after those before, and of the end", () => {
    expect(of(0, 1)).toBeCloseTo(2 * Math.log(0.7 * 0.3 * 0.3), 6);
    expect(of()).toBeCloseTo(2 * Math.log(0.1), 6);
  });

  test("a class of several tokens is read one after another", () => {
    expect(of(2, 1)).toBeCloseTo(2 * Math.log(0.2 * 0.1 * 0.3 * 0.3), 6);
  });

  test("prefixes do not disturb one another", () => {
    const start = scorer.start();
    const [one, other] = [scorer.next(start, 0), scorer.next(start, 1)];
    expect(scorer.score(one, 0)).toBeCloseTo(2 * Math.log(0.5), 6);
    expect(scorer.score(other, 0)).toBeCloseTo(2 * Math.log(0.1), 6);
    expect(scorer.score(scorer.next(one, 1), 1)).toBeCloseTo(2 * Math.log(0.6), 6);
  });
});

test("wrong arguments are told by name", () => {
  expect(() => wordScorer({ tokens, lexicon: [""] })).toThrow(/lexicon is empty/);
  expect(() => wordScorer({ tokens, languageWeight: Number.NaN })).toThrow(/languageWeight is NaN/);
  expect(() => hotWords({ tokens, words: ["a"], bonus: Number.POSITIVE_INFINITY })).toThrow(
    /bonus is Infinity/,
  );
});
