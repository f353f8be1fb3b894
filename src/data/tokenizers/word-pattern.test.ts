import { expect, it } from "vitest";
import { Generator } from "../../random/philox.ts";
import { forEachWord, isWord, WORD_PATTERN } from "./word-pattern.ts";

const ALPHABET = [
  ..."ab1_'’ \n\r\t.#ée中々٣½\u0301\u200d\u200c\u0085\ufeff\u3000\u2028😀𝒜𠀀\u0e31\u093e\u{e0100}",
  "\ud83d",
  "\ude00",
];

/** Texts of few, awkward characters. */
function* texts(count: number): Iterable<string> {
  const generator = new Generator(7);
  for (let text = 0; text < count; text++) {
    const length = generator.bits() % 12;
    yield Array.from({ length }, () => ALPHABET[generator.bits() % ALPHABET.length]).join("");
  }
}

it("reads what the regular expression matches", () => {
  const pattern = new RegExp(WORD_PATTERN, "gu");
  const whole = new RegExp(`^(?:${WORD_PATTERN})$`, "u");
  for (const text of texts(5000)) {
    const words: string[] = [];
    forEachWord(text, (word) => words.push(word));
    const needed = text.match(pattern) ?? [];
    if (words.join("|") !== needed.join("|")) expect(words, JSON.stringify(text)).toEqual(needed);
    if (isWord(text) !== whole.test(text)) expect.fail(`isWord(${JSON.stringify(text)}) is ${isWord(text)}`);
  }
});

it("reads a run of ten million letters", () => {
  const lengths: number[] = [];
  forEachWord(`${"क".repeat(5_000_000)}${"a'".repeat(2_500_000)}! b`, (word) => lengths.push(word.length));
  expect(lengths).toEqual([9_999_999, 1, 1, 1]);
});
