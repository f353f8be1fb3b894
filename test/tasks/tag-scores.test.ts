import { describe, expect, it } from "vitest";
import { tagScores } from "../../src/tasks/tag/tag-scores.ts";
import { wordTokens } from "../../src/tasks/tag/word-tokens.ts";

describe("what is counted", () => {
  // Counted by hand as conlleval does: a span is right if its type and both its ends are.
  it("is whole spans, where an I- without a beginning begins one", () => {
    const wanted = [
      ["B-a", "I-a", "O", "B-b", "O"],
      ["O", "B-a", "B-a", "O", "O"],
    ];
    const predicted = [
      ["B-a", "I-a", "O", "B-b", "I-b"],
      ["O", "I-a", "B-a", "O", "I-b"],
    ];
    const { precision, recall, f1, perType, accuracy } = tagScores(predicted, wanted);
    // Found five, of which the first of a and both of the second sentence are right; wanted four.
    expect(precision).toBeCloseTo(3 / 5, 12);
    expect(recall).toBeCloseTo(3 / 4, 12);
    expect(f1).toBeCloseTo(6 / 9, 12);
    expect(accuracy).toBeCloseTo(7 / 10, 12);
    expect(perType.a).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(perType.b).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it("is a type apart where an inside changes it", () => {
    expect(tagScores([["B-a", "I-b"]], [["B-a", "I-a"]])).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  it("is a span once where several types are wanted, and any of them is right", () => {
    const wanted = [["B-a,B-b", "I-a,I-b", "O", "B-b,B-c", "I-b"]];
    const said = tagScores([["B-b", "I-b", "O", "B-c", "O"]], wanted);
    // Wanted three: both words as a or b, the last two as b, and the fourth alone as c. Said two, both right.
    expect(said.precision).toBe(1);
    expect(said.recall).toBeCloseTo(2 / 3, 12);
    expect(said.accuracy).toBeCloseTo(4 / 5, 12);
    expect(said.perType).toEqual({
      b: { precision: 1, recall: 1 / 2, f1: 2 / 3 },
      c: { precision: 1, recall: 1, f1: 1 },
    });
    expect(tagScores([["B-a", "O", "O", "O", "O"]], wanted)).toMatchObject({ precision: 0, recall: 0 });
    // A list of tags that mark no spans is one tag.
    expect(tagScores([["N"]], [["N,V"]]).accuracy).toBe(0);
  });

  it("is each step where tags mark no spans, and the mean over the tags", () => {
    const { f1, accuracy, perType } = tagScores([["N", "V", "N"]], [["N", "N", "N"]]);
    expect(perType.N).toEqual({ precision: 1, recall: 2 / 3, f1: 0.8 });
    expect(perType.V).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(f1).toBeCloseTo(0.4, 12);
    expect(accuracy).toBeCloseTo(2 / 3, 12);
  });
});

it("texts become words as tagged corpora have them", () => {
  expect(wordTokens("It's the U.S. @paul's http://a.b/c?d=1, isn't well-known... #tag!")).toEqual([
    ..."It 's the U.S . @paul 's http://a.b/c?d=1, is n't well-known ... #tag !".split(" "),
  ]);
});
