// Single steps where Hugging Face's Rust and JavaScript differ, or where no usual file has them: what the Rust library documents.
import { describe, expect, it } from "vitest";
import { decoderOf } from "./decoder.ts";
import { normaliserOf } from "./normaliser.ts";
import { patternOf } from "./oniguruma-pattern.ts";
import { preTokeniserOf } from "./pre-tokeniser.ts";

const parts = (json: object, text: string) => preTokeniserOf(json).split(text, true).join("|");
const split = (behavior: string, invert = false) => ({
  type: "Split",
  pattern: { String: "-" },
  behavior,
  invert,
});

describe("a pre-tokeniser", () => {
  it.each([
    ["Removed", "the|final|countdown"],
    ["Isolated", "the|-|final|-|-|countdown"],
    ["Contiguous", "the|-|final|--|countdown"],
    ["MergedWithPrevious", "the-|final-|-|countdown"],
    ["MergedWithNext", "the|-final|-|-countdown"],
  ])("does with what matches: %s", (behavior, needed) => {
    expect(parts(split(behavior), "the-final--countdown")).toBe(needed);
  });

  it.each([
    [split("Removed", true), "a-b", "-"],
    [{ type: "Punctuation" }, "Hey friend!  How?!?", "Hey friend|!|  How|?|!|?"],
    [{ type: "Punctuation", behavior: "Contiguous" }, "How?!?", "How|?!?"],
    [{ type: "Digits", individual_digits: true }, "Call 12 ३४!", "Call |1|2| |३|४|!"],
    [{ type: "Digits", individual_digits: false }, "Call 12!", "Call |12|!"],
    [{ type: "Whitespace" }, "Hé_y friend!? a\u0301b", "Hé_y|friend|!?|a\u0301b"],
    [{ type: "WhitespaceSplit" }, " a\u3000b\u0085c\ufeffd ", "a|b|c\ufeffd"],
    [{ type: "CharDelimiterSplit", delimiter: "x" }, "axxbx", "a|b"],
    [{ type: "FixedLength", length: 2 }, "ab😀cd", "ab|😀c|d"],
    [
      { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      "Hey  you",
      "▁Hey|▁|▁you",
    ],
    [{ type: "Metaspace", replacement: "_", add_prefix_space: false }, "Hey you", "Hey|_you"],
    [{ type: "ByteLevel", add_prefix_space: true }, "é a", "ĠÃ©|Ġa"],
  ])("parts: %o", (json, text, needed) => {
    expect(parts(json, text)).toBe(needed);
  });

  it("puts the mark in front of the beginning alone if it is told so", () => {
    const first = preTokeniserOf({ type: "Metaspace", replacement: "▁", prepend_scheme: "first" });
    expect(first.split("a", true)).toEqual(["▁a"]);
    expect(first.split("a", false)).toEqual(["a"]);
  });
});

describe("a normaliser", () => {
  it.each([
    [{ type: "StripAccents" }, "e\u0301 é", "e é"],
    [{ type: "Nmt" }, "a\u0001b\u200bc\td\u2581e", "ab c d e"],
    [{ type: "Strip", strip_left: true, strip_right: false }, " \u0085a ", "a "],
    [{ type: "Prepend", prepend: "▁" }, "", ""],
    [{ type: "ByteLevel" }, "é a", "Ã©Ġa"],
    [{ type: "Replace", pattern: { Regex: "(?i:a)b" }, content: "$&" }, "ab Ab aB", "$& $& aB"],
    [
      {
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: false,
        lowercase: true,
      },
      "É中\u0007文\u{20000}",
      "é 中  文  \u{20000} ",
    ],
    [
      {
        type: "BertNormalizer",
        clean_text: false,
        handle_chinese_chars: false,
        strip_accents: null,
        lowercase: false,
      },
      "É\u0007中",
      "É\u0007中",
    ],
  ])("does: %o", (json, text, needed) => {
    expect(normaliserOf(json).apply(text)).toBe(needed);
  });
});

describe("a decoder", () => {
  const decoded = (json: object | null, ...tokens: string[]) => {
    const run = decoderOf(json)();
    return tokens.flatMap(run.push).concat(run.end()).join("");
  };

  it.each([
    [
      { type: "ByteFallback" },
      ["a", "<0xE2>", "<0x82>", "<0xAC>", "b", "<0xE2>", "<0x82>"],
      "a€b\ufffd\ufffd",
    ],
    [{ type: "Metaspace", replacement: "▁" }, ["▁a", "▁b▁c"], "a b c"],
    [{ type: "Metaspace", replacement: "▁", prepend_scheme: "never" }, ["▁a", "▁b"], " a b"],
    [{ type: "CTC" }, ["a", "a", "<pad>", "a", "|", "|", "b"], "aa b"],
    [{ type: "Strip", content: "H", start: 1, stop: 0 }, ["Hey", "HH"], "eyH"],
    [
      {
        type: "Sequence",
        decoders: [{ type: "Fuse" }, { type: "Replace", pattern: { String: "ab" }, content: "c" }],
      },
      ["a", "b"],
      "c",
    ],
    [
      { type: "Sequence", decoders: [{ type: "Fuse" }, { type: "Strip", content: " ", start: 2, stop: 0 }] },
      [" ", "  ", " a"],
      "  a",
    ],
    [null, ["a", "b"], "a b"],
  ])("gives: %o", (json, tokens, needed) => {
    expect(decoded(json, ...tokens)).toBe(needed);
  });
});

describe("an expression of Oniguruma", () => {
  it.each([
    ["(?i:'s|'re)|\\w+", "don'RE it'S", ["don", "'RE", "it", "'S"]],
    ["\\s+", "a\u0085b\ufeffc d", ["\u0085", " "]],
    ["[^\\s\\-\\#]+", "a-b #c", ["a", "b", "c"]],
    [".+", "a\u2028b\nc", ["a\u2028b", "c"]],
    ["\\d{1,3}(?=(?:\\d{3})*\\b)", "12345", undefined],
    ["\\p{N}{1,2}", "123", ["12", "3"]],
    ["(?<!a)b", "ab b", ["b"]],
  ])("matches the same in JavaScript: %s", (expression, text, needed) => {
    const pattern = () => patternOf({ Regex: expression }, "pattern");
    if (needed === undefined) expect(pattern).toThrow("which is not read: the escape \\b");
    else expect(text.match(pattern())).toEqual(needed);
  });

  it.each([
    ["a++", "possessive quantifiers"],
    ["\\p{L}{1,3}+", "possessive quantifiers"],
    ["(?<word>a)", "groups with options or names"],
    ["(?x)a b", "groups with options or names"],
    ["[a&&b]", "classes inside a class"],
    ["(a", "Unterminated group"],
  ])("is refused: %s", (expression, why) => {
    expect(() => patternOf({ Regex: expression }, "pattern")).toThrow(why);
  });
});
