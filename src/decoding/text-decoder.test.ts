import { describe, expect, test } from "vitest";
import { ctcDecoder } from "./ctc/ctc-decoder.ts";
import { wordScorer } from "./scorers/word-scorer.ts";
import { transducerDecoder } from "./transducer/transducer-decoder.ts";

const tokens = ["", " ", ..."abc"];
/** Logits that are all but certain of these classes, a step each; "_" is the blank. */
const sure = (path: string) =>
  Float32Array.from(
    [...path].flatMap((character) =>
      tokens.map((token) => (token === character || (character === "_" && token === "") ? 12 : 0)),
    ),
  );
const options = { tokens, secondsPerStep: 0.5, nBest: 3 };
const PATH = "_aa_a_  bb_c__";

describe("ctc", () => {
  const decoder = ctcDecoder(options);

  test("a text, its words with their times, and other texts that differ", () => {
    const { text, score, words, alternatives } = decoder.decode(sure(PATH));
    expect(text).toBe("aa bc");
    expect(score).toBeCloseTo(0, 2);
    expect(words).toEqual([
      { word: "aa", start: 0.5, end: 2.5, steps: { start: 1, end: 5 } },
      { word: "bc", start: 4, end: 6, steps: { start: 8, end: 12 } },
    ]);
    expect(alternatives.every((other) => other.text !== text && other.score < score)).toBe(true);
  });

  test("in pieces the same, with the text so far", () => {
    const stream = decoder.stream();
    const said = sure(PATH);
    const texts: string[] = [];
    for (let from = 0; from < said.length; from += 15) {
      stream.push(said.subarray(from, from + 15));
      texts.push(stream.text());
    }
    expect(texts).toEqual(["a", "aa", "aa b", "aa bc", "aa bc"]);
    expect(stream.transcript()).toEqual(decoder.decode(said));
  });

  test("space at the edges is no word, and nothing said is an empty text", () => {
    expect(decoder.decode(sure(" a  ")).words.map(({ word }) => word)).toEqual(["a"]);
    expect(decoder.decode(new Float32Array())).toMatchObject({ text: "", score: 0, words: [] });
    const strict = ctcDecoder({ ...options, scorers: [wordScorer({ tokens, lexicon: ["cab"] })] });
    expect(strict.decode(sure("ca"))).toMatchObject({ text: "", words: [] });
  });

  test("wrong options are refused before anything is read", () => {
    expect(() => ctcDecoder({ ...options, secondsPerStep: 0 })).toThrow(/ctcDecoder: secondsPerStep is 0/);
    expect(() => ctcDecoder({ ...options, beamWidth: 0 })).toThrow(/beamWidth is 0/);
  });
});

describe("transducer", () => {
  // The joint network only looks at the encoder, and goes on once its token is said.
  const stepper = {
    vocabularySize: tokens.length,
    blank: 0,
    encodedSize: tokens.length + 1,
    start: () => -1,
    next: (said: number) => said + 1,
    join: (encoded: Float32Array, said: number) =>
      encoded[tokens.length] > said ? encoded.subarray(0, tokens.length) : Float32Array.of(12, 0, 0, 0, 0),
  };
  const rows = [..."_ab_ _c"].map((character, step, all) => {
    const before = all.slice(0, step).filter((each) => each !== "_").length;
    return [...sure(character), before];
  });
  const encoded = Float32Array.from(rows.flat());
  const decoder = transducerDecoder(stepper, options);

  test("a text with the steps of its words, in pieces the same", () => {
    const { text, words } = decoder.decode(encoded);
    expect(text).toBe("ab c");
    expect(words).toEqual([
      { word: "ab", start: 0.5, end: 1.5, steps: { start: 1, end: 3 } },
      { word: "c", start: 3, end: 3.5, steps: { start: 6, end: 7 } },
    ]);
    const stream = decoder.stream();
    stream.push(encoded.subarray(0, 12));
    expect(stream.text()).toBe("a");
    stream.push(encoded.subarray(12));
    expect(stream.transcript()).toEqual(decoder.decode(encoded));
  });
});
