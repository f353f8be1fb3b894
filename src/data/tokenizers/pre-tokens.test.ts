import { describe, expect, it } from "vitest";
import { Generator } from "../../random/philox.ts";
import { KNOWN_PATTERNS, OWN_PATTERN, OWN_RULES } from "./pre-token-patterns.ts";
import { forEachPreToken, lastPreTokenCut, type PreTokenRules } from "./pre-tokens.ts";

const ALPHABET = [
  ..."abDst1234'’ \n\r\t.#_é中々٣½\u0301\u200d\u200c\u0085\ufeff\u3000\u2028😀𝒜\u0e31\u093e\u{e0100}",
  ..."   \n''",
  "\ud835",
  "\udc9c",
  "'ve",
  "'LL",
];
const generator = new Generator(11);
const random = (length: number) =>
  Array.from({ length }, () => ALPHABET[generator.bits() % ALPHABET.length]).join("");

const split = (rules: PreTokenRules, text: string) => {
  const tokens: string[] = [];
  forEachPreToken(rules, text, (token) => tokens.push(token));
  return tokens;
};

/** A pattern as JavaScript of every version reads it, \s being what Unicode calls white space. */
const javaScript = (pattern: string) =>
  new RegExp(
    pattern
      .replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)", "'(?:[sStTmMdD]|[rRvV][eE]|[lL][lL])")
      .replaceAll("\\s", "\\p{White_Space}")
      .replaceAll("\\S", "\\P{White_Space}"),
    "gu",
  );

describe.each([...KNOWN_PATTERNS])("%s", (pattern, rules) => {
  it("is what its rules read", () => {
    const expression = javaScript(pattern);
    for (let round = 0; round < 5000; round++) {
      const text = random(generator.bits() % 12);
      const [found, needed] = [split(rules, text), text.match(expression) ?? []];
      if (found.join("|") !== needed.join("|")) expect(found, JSON.stringify(text)).toEqual(needed);
    }
  });

  it("is cut at the last place that what follows cannot move", () => {
    for (let round = 0; round < 500; round++) {
      const text = random(generator.bits() % 9);
      const cut = lastPreTokenCut(rules, text);
      for (let later = cut; later <= text.length; later++) {
        // Which character half a pair will be is not foreseen, so a later place may do as well.
        if (later > cut && text.endsWith("\ud835")) continue;
        const [head, rest] = [split(rules, text.slice(0, later)), text.slice(later)];
        const works = ["", "d", "\udc9ca", ...ALPHABET].every(
          (more) => [...head, ...split(rules, rest + more)].join("|") === split(rules, text + more).join("|"),
        );
        if (works !== (later === cut))
          expect.fail(`${JSON.stringify(text)}: cut at ${cut}, but ${later}: ${works}`);
      }
    }
  });
});

it.each([
  ["don't stop, we'll see", ["don", "'t", " stop", ",", " we", "'ll", " see"]],
  ["हिन्दी में क्\u200dष", ["हिन्दी", " में", " क्\u200dष"]],
  ["ภาษาไทยดีที่สุด ครับ", ["ภาษาไทยดีที่สุด", " ครับ"]],
  ["می‌خواهم بِسْمِ", ["می‌خواهم", " بِسْمِ"]],
  ["我们来了。中文", ["我们来了", "。中文"]],
  ["ok 👩‍💻❤️ 👨‍👩‍👧‍👦!", ["ok", " 👩‍💻❤️", " 👨‍👩‍👧‍👦!"]],
  [
    "e\u0301te\u0301 3.14 1,000 12345",
    ["e\u0301te\u0301", " ", "3", ".", "14", " ", "1", ",", "000", " ", "123", "45"],
  ],
  ["a.\n\n  b\t c  ", ["a", ".\n\n", " ", " b", "\t", " c", "  "]],
])("own rules read %j", (text, tokens) => {
  expect(split(OWN_RULES, text)).toEqual(tokens);
  expect(text.match(new RegExp(OWN_PATTERN, "gu"))).toEqual(tokens);
});

it("reads a run of ten million letters or spaces", () => {
  for (const [run, tokens] of [
    ["क", 2],
    [" ", 2],
  ] as const) {
    expect(split(OWN_RULES, `${run.repeat(10_000_000)}!`)).toHaveLength(tokens);
  }
});
