import { describe, expect, test } from "vitest";
import { Generator } from "../../random/philox.ts";
import { alignmentText, alignSequences } from "./align-sequences.ts";
import { errorRate } from "./error-rate.ts";

const kinds = (reference: string, hypothesis: string) =>
  alignSequences([...reference], [...hypothesis])
    .map(({ kind }) => kind[0])
    .join("");

describe("alignments", () => {
  test("weights decide: two gaps cost less than two substitutions", () => {
    expect(kinds("abc", "bcd")).toBe("dcci");
    expect(kinds("ab", "cd")).toBe("ss");
    expect(kinds("abx", "bxx")).toBe("dcic");
  });

  test("of alignments that cost the same, sclite's: pairs late before gaps, insertions late before deletions", () => {
    expect(kinds("a", "aa")).toBe("ic");
    expect(kinds("aa", "a")).toBe("dc");
    expect(kinds("ab", "xyz")).toBe("iss");
    expect(kinds("ab", "ba")).toBe("dci");
    expect(kinds("", "ab")).toBe("ii");
    expect(kinds("ab", "")).toBe("dd");
    expect(kinds("", "")).toBe("");
  });

  /** All alignments, by the definition: the least cost. */
  const leastCost = (reference: string, hypothesis: string): number => {
    if (reference === "" || hypothesis === "") return 3 * (reference.length + hypothesis.length);
    const same = reference[0] === hypothesis[0] ? 0 : 4;
    return Math.min(
      same + leastCost(reference.slice(1), hypothesis.slice(1)),
      3 + leastCost(reference.slice(1), hypothesis),
      3 + leastCost(reference, hypothesis.slice(1)),
    );
  };

  test("none costs less", () => {
    const generator = new Generator(1);
    const draw = () =>
      Array.from({ length: generator.integer(7) }, () => "abc"[generator.integer(3)]).join("");
    for (let round = 0; round < 200; round++) {
      const [reference, hypothesis] = [draw(), draw()];
      const pairs = alignSequences([...reference], [...hypothesis]);
      const cost = pairs.reduce(
        (sum, { kind }) => sum + { correct: 0, substitution: 4, deletion: 3, insertion: 3 }[kind],
        0,
      );
      expect(cost).toBe(leastCost(reference, hypothesis));
      expect(pairs.map((pair) => pair.reference ?? "").join("")).toBe(reference);
      expect(pairs.map((pair) => pair.hypothesis ?? "").join("")).toBe(hypothesis);
    }
  });

  test("in three lines", () => {
    const pairs = alignSequences("one two three".split(" "), "one too three four".split(" "));
    expect(alignmentText(pairs)).toBe(
      ["REF:  one TWO three ****", "HYP:  one TOO three FOUR", "Eval:     S         I"].join("\n"),
    );
  });
});

describe("error rates", () => {
  test("of words, of characters with their spaces, with counts and confusions", () => {
    const words = errorRate();
    words.add(["one too  three", "", "six six"], ["one two three", "four", "six"]);
    expect(words.edits).toEqual({ total: 5, correct: 3, substitutions: 1, deletions: 1, insertions: 1 });
    expect(words.value).toBe(3 / 5);
    expect(words.counts).toEqual([
      [1, 0, 0, 3],
      [0, 1, 0, 1],
      [0, 0, 1, 1],
    ]);
    expect(words.confusions()).toEqual([
      { reference: "two", hypothesis: "too", count: 1 },
      { reference: "four", hypothesis: undefined, count: 1 },
      { reference: undefined, hypothesis: "six", count: 1 },
    ]);
    const characters = errorRate({ unit: "characters" });
    characters.add(["a  bd"], ["ab d"]);
    expect(characters.edits).toMatchObject({ total: 4, insertions: 1, deletions: 1 });
    words.reset();
    expect(words.edits.total).toBe(0);
    expect(words.value).toBeNaN();
  });

  test("the most frequent confusion comes first, and a rate can be above 1", () => {
    const phonemes = errorRate({ unit: "phonemes" });
    phonemes.add(["ah ah b ah ah ah"], ["eh"]);
    phonemes.add(["ah", "ah"], ["eh", "eh"]);
    expect(phonemes.value).toBe(8 / 3);
    expect(phonemes.confusions()[0]).toEqual({ reference: undefined, hypothesis: "ah", count: 4 });
    expect(phonemes.confusions()[1]).toEqual({ reference: "eh", hypothesis: "ah", count: 3 });
  });
});
