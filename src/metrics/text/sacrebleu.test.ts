// BLEU and chrF against what sacreBLEU says: the values of its own tests, and of its run on sentences with all kinds of signs.
import { readFileSync } from "node:fs";
import { type BleuOptions, type BleuScore, bleu, type ChrfOptions, chrf } from "unrolled/training";
import { describe, expect, test } from "vitest";

interface Measured {
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly one: number;
  readonly two: number;
  readonly sentences: readonly number[];
  readonly signature: string;
}

/** Written by scripts/sacrebleu-fixtures.py. */
const { outputs, references, ...measured } = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/sacrebleu.json", import.meta.url), "utf8"),
) as {
  readonly outputs: readonly string[];
  readonly references: readonly (readonly string[])[];
  readonly bleu: readonly Measured[];
  readonly chrf: readonly Measured[];
};

const NAMES: Readonly<Record<string, string>> = {
  smooth_method: "smooth",
  smooth_value: "smoothValue",
  max_ngram_order: "maxNgramOrder",
  effective_order: "effectiveOrder",
  char_order: "charOrder",
  word_order: "wordOrder",
  eps_smoothing: "epsSmoothing",
};
const ownNames = (options: Measured["options"]) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [NAMES[name] ?? name, value]));

describe.each([
  ["bleu", bleu, measured.bleu],
  ["chrf", chrf, measured.chrf],
] as const)("%s of sentences with all kinds of signs", (_, metricOf, cases) => {
  test.each(cases.map((each) => [each.options, each] as const))("%o", (options, expected) => {
    const metric = metricOf(ownNames(options) as BleuOptions & ChrfOptions);
    metric.add(
      outputs,
      references.map(([first]) => first),
    );
    expect(metric.value).toBeCloseTo(expected.one, 9);
    expect(metric.signature).toBe(`${expected.signature}|impl:unrolled`);
    metric.reset();
    metric.add(outputs, references);
    expect(metric.value).toBeCloseTo(expected.two, 9);
    for (const [at, score] of expected.sentences.entries()) {
      metric.reset();
      metric.add([outputs[at]], [references[at]]);
      expect(metric.value, outputs[at]).toBeCloseTo(score, 9);
    }
  });
});

// sacreBLEU, test/test_bleu.py and test/test_chrf.py (version 2.6.0); the three sentences are also in its README.
const HYPOTHESES = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
const EXPECTED = [
  ["The dog bit the man.", "The dog had bit the man."],
  ["It was not unexpected.", "No one was surprised."],
  ["The man bit him first.", "The man had bitten the dog."],
];
const corpusBleu = (
  options: BleuOptions,
  given: readonly string[],
  expected: readonly (string | string[])[],
) => {
  const metric = bleu(options);
  metric.add(given, expected);
  return metric.score;
};

describe("values of sacreBLEU's tests", () => {
  test.each<[BleuOptions, number]>([
    [{}, 48.530827],
    [{ tokenize: "none" }, 49.1919566],
    [{ tokenize: "intl" }, 43.91623493],
    [{ smooth: "none" }, 48.530827],
  ])("BLEU %o", (options, score) => {
    expect(corpusBleu(options, HYPOTHESES, EXPECTED).score).toBeCloseTo(score, 6);
  });

  test.each([
    [1, "77.65"],
    [2, "60.50"],
    [3, "53.93"],
    [4, "48.53"],
    [5, "46.14"],
    [6, "43.28"],
  ])("BLEU over runs of up to %d words is %s", (maxNgramOrder, score) => {
    expect(corpusBleu({ maxNgramOrder }, HYPOTHESES, EXPECTED).score.toFixed(2)).toBe(score);
  });

  test("empty outputs count", () => {
    expect(corpusBleu({}, ["", "", ""], EXPECTED).score).toBe(0);
  });

  test("counts, lengths and smoothing of one sentence", () => {
    const raw = { smooth: "floor", tokenize: "none" } as const;
    const of = (smoothValue: number) =>
      corpusBleu(
        { ...raw, smoothValue },
        ["am I am a character sequence"],
        ["I am a symbol string sequence a a"],
      );
    expect(of(0.1).score / 100).toBeCloseTo(0.1555722182, 8);
    expect(of(0).score).toBe(0);
    const { outputLength, referenceLength, brevityPenalty, precisions }: BleuScore = of(0.1);
    expect([outputLength, referenceLength]).toEqual([6, 8]);
    expect(brevityPenalty).toBeCloseTo(Math.exp(1 - 8 / 6), 12);
    expect(precisions.slice(0, 3)).toEqual([400 / 6, 40, 25]);
    expect(precisions[3]).toBeCloseTo(10 / 3, 12);
  });

  test.each([
    ["test", "a test", 0.3678794411714425],
    ["a test", "a test", 1],
    ["a little test", "a test", 0.03218297948685433],
  ])("effective order: %s beside %s", (given, expected, score) => {
    const options = { smooth: "floor", smoothValue: 0.01, tokenize: "none", effectiveOrder: true } as const;
    expect(corpusBleu(options, [given], [expected]).score / 100).toBeCloseTo(score, 8);
  });

  test.each<[ChrfOptions, string, string, number]>([
    [{ beta: 3, epsSmoothing: true }, "aa", "ab", 8.3333],
    [{ beta: 3, epsSmoothing: true }, "a b c", "abc", 50],
    [{ beta: 3, epsSmoothing: true }, "", "reference", 0],
    [{ beta: 3 }, "aa", "ab", 25],
    [{ beta: 3 }, "a b c", "abc", 100],
    [
      { beta: 3, epsSmoothing: true },
      " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. ",
      "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
      64.1302698,
    ],
    [
      { beta: 3, whitespace: true },
      "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
      "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
      67.3481606,
    ],
    [
      { epsSmoothing: true },
      "Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.",
      "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.",
      31.22557079,
    ],
  ])("chrF %o: %s", (options, given, expected, score) => {
    const metric = chrf(options);
    metric.add([given], [expected]);
    expect(metric.value).toBeCloseTo(score, 3);
  });
});

test("what cannot be an option is refused by name", () => {
  expect(() => bleu({ tokenize: "zh" as never })).toThrow("tokenize");
  expect(() => bleu({ smooth: "most" as never })).toThrow("smooth");
  expect(() => bleu({ maxNgramOrder: 0 })).toThrow("maxNgramOrder");
  expect(() => bleu({ smooth: "floor", smoothValue: -1 })).toThrow("smoothValue");
  expect(() => bleu().add(["a"], [[]])).toThrow("no reference");
  expect(() => chrf({ charOrder: 0 })).toThrow("charOrder");
  expect(() => chrf({ beta: 0.5 })).toThrow("beta");
  expect(() => chrf().add(["a"], [[]])).toThrow("no reference");
});
