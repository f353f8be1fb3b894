import { describe, expect, test } from "vitest";
import { readArpa } from "./read-arpa.ts";

const FILE = `made by hand
\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-1.0\t<unk>
-99\t<s>\t-0.5
-0.7\t</s>
-0.4\tthe\t-0.3
-0.8\tcat\t-0.2

\\2-grams:
-0.2\t<s> the\t-0.1
-0.3\tthe cat\t-0.05
-0.6\tcat the
-0.9\tcat </s>

\\3-grams:
-0.1\t<s> the cat
-0.15\tthe cat </s>

\\end\\
`;
const model = readArpa(FILE);
/** log₁₀ of each word's probability in a sentence, and of its end. */
const logs = (text: string) => {
  let state = model.start;
  const scores = text.split(" ").map((word) => {
    const after = model.after(state, word);
    state = after.state;
    return after.logProbability / Math.LN10;
  });
  return [...scores, model.end(state) / Math.LN10].map((score) => Math.round(score * 1e9) / 1e9);
};

describe("probabilities by hand", () => {
  test("the longest n-gram that there is", () => {
    expect(logs("the cat")).toEqual([-0.2, -0.1, -0.15]);
  });

  test("shorter ones with the back-off weights of what is longer", () => {
    // p(cat) after <s>, which has weight −0.5; p(</s> | cat) is there; p(the | cat) is there, p(the cat the) is not.
    expect(logs("cat")).toEqual([-1.3, -0.9]);
    expect(logs("the cat the")).toEqual([-0.2, -0.1, -0.65, -1]);
    // After "the the" neither "the the" nor a trigram is known: the weights of <s> the and of the.
    expect(logs("the the")).toEqual([-0.2, -0.8, -1]);
  });

  test("an unknown word is <unk>, after which nothing is a context", () => {
    expect(logs("dog the")).toEqual([-1.5, -0.4, -1]);
    expect(model.has("dog")).toBe(false);
  });
});

test("words are the vocabulary without marks, and bytes are read as a text is", () => {
  expect(model.order).toBe(3);
  expect(model.vocabulary).toEqual(["the", "cat"]);
  expect(readArpa(new TextEncoder().encode(FILE)).after(0, "the")).toEqual(model.after(0, "the"));
  expect(readArpa(FILE.replaceAll("\n", "\r\n").replaceAll("\t", "  ")).after(0, "cat")).toEqual(
    model.after(0, "cat"),
  );
});

describe("what is wrong with a file is told with its line", () => {
  const cases: [string, (file: string) => string, RegExp][] = [
    ["no \\data\\", (file) => file.replace("\\data\\", ""), /no line is \\data\\/],
    ["no counts", (file) => file.replaceAll(/ngram \d=\d\n/g, ""), /line 4: needed a line "ngram 1="/],
    [
      "a count that is left out",
      (file) => file.replace("ngram 2=4\n", ""),
      /line 4: needed the number of 2-grams/,
    ],
    [
      "fewer n-grams than announced",
      (file) => file.replace("ngram 2=4", "ngram 2=5"),
      /4 2-grams were read, 5 announced/,
    ],
    ["no number", (file) => file.replace("-0.6", "x0.6"), /line 17: "x0.6" is no logarithm/],
    ["too few words", (file) => file.replace("cat the\n", "cat\n"), /line 17: 2 fields/],
    ["an n-gram twice", (file) => file.replace("cat the\n", "the cat\n"), /the n-gram the cat comes twice/],
    ["words twice", (file) => file.replace("\tcat\t", "\tthe\t"), /the n-gram the comes twice|no n-gram/],
    [
      "a beginning that is none",
      (file) => file.replace("<s> the cat", "cat cat cat"),
      /no n-gram is cat cat/,
    ],
    ["a section that is missing", (file) => file.replace("\\3-grams:", ""), /line 21: "cat" is no logarithm/],
    ["no end", (file) => file.replace("\\end\\", ""), /ends before \\end\\/],
  ];
  test.each(cases)("%s", (_, broken, message) => {
    expect(() => readArpa(broken(FILE))).toThrow(message);
  });

  test("bytes that are no text", () => {
    const bytes = new TextEncoder().encode(FILE);
    bytes[60] = 0xff;
    expect(() => readArpa(bytes)).toThrow(/no UTF-8/);
  });
});
