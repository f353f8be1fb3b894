import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { encodeBytes } from "./encode-bytes.ts";
import type { Tokenizer, TokenizerKind } from "./tokenizer.ts";
import { tokenizerFromJSON } from "./tokenizer-json.ts";
import { trainTokenizer } from "./train-tokenizer.ts";

const TRICKY = [
  "First Citizen:\nBefore we proceed any further, hear me speak.\n\n",
  "tabs\tand  two spaces, \r\nWindows lines, a\u0085next line\u2028and\u00a0hard spaces\u3000\ufeff",
  "Don't can't o’clock 'tis the boys' 3.14 1,000 x_1 ½ ² Ⅷ e-mail/www --dash— \"quoted\" ``code``",
  "emoji 😀👍🏽 👩‍💻 ❤️ 🇩🇪 family 👨‍👩‍👧‍👦!",
  "combining e\u0301 a\u0308\u0323 Z̷a̶l̴g̸o, #\u0301 ##hash ###",
  "हिन्दी में क्षत्रिय नमस्ते। বাংলা தமிழ் ไทย می‌خواهم עִבְרִית",
  "我们来了。中文,漢字 日本語のテキスト 𠀀𠮷𪚥 豈 葛󠄀 한국어",
  "astral letters 𝒜𝓑 𐍈 and <unk> [UNK] <0x41> __proto__ constructor toString 0 1 10",
  "\u0000\u0001 control \u007f\u009f private \ue000 \u{10fffd} replacement \ufffd",
].join(" ");
const UNSEEN =
  "Ω‽ 🦄🦄 ꙮunseenwords ##d ####d Fir Firs Firsted 's ’ \u0301x e\u0301\u0301 𠀁𠀂 ក្ក 12 \r \n\n end";

const trained = (kind: TokenizerKind, text = TRICKY) => trainTokenizer({ kind, text });
const kinds: TokenizerKind[] = ["char", "byte", "word", "bpe"];

function huggingFace(tokenizer: Tokenizer): HuggingFaceTokenizer {
  return new HuggingFaceTokenizer(JSON.parse(JSON.stringify(tokenizer)), {
    clean_up_tokenization_spaces: false,
  });
}

describe.each(kinds)("the %s tokenizer and Hugging Face's", (kind) => {
  it.each([
    ["all at once", TRICKY, TRICKY],
    ["with a text it never saw", TRICKY, UNSEEN],
    ["the other way round", UNSEEN, TRICKY],
    ["with a small vocabulary", "ab a##b a <unk> #", `${TRICKY} ab aab abb a##b # ##`],
    ["with one character", "a", "abca\ud800\n"],
  ])("give the same ids: %s", (_, text, encoded) => {
    const tokenizer = trained(kind, text);
    const ids = tokenizer.encode(encoded);
    expect(huggingFace(tokenizer).encode(encoded).ids).toEqual([...ids]);
    expect(Math.max(...ids)).toBeLessThan(tokenizer.vocabularySize);
  });

  it("come back from JSON the same", () => {
    const tokenizer = trained(kind);
    const again = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
    expect(JSON.stringify(again)).toBe(JSON.stringify(tokenizer));
    expect(again.encode(TRICKY + UNSEEN)).toEqual(tokenizer.encode(TRICKY + UNSEEN));
    expect(again.kind).toBe(kind);
    expect(again.lossless).toBe(kind !== "word");
  });

  it("stream the text that decode gives", () => {
    const tokenizer = trained(kind);
    const ids = tokenizer.encode(TRICKY);
    const stream = tokenizer.stream();
    expect(Array.from(ids, stream.push).join("") + stream.end()).toBe(tokenizer.decode(ids));
  });
});

describe.each(["char", "byte", "bpe"] as const)("the %s tokenizer", (kind) => {
  it("loses nothing", () => {
    const tokenizer = trained(kind);
    const ids = tokenizer.encode(TRICKY);
    expect(tokenizer.decode(ids)).toBe(TRICKY);
    expect(huggingFace(tokenizer).decode([...ids])).toBe(TRICKY);
    expect(tokenizer.decode([])).toBe("");
    expect(tokenizer.encode("")).toHaveLength(0);
    const marked = trained(kind, "\ufeffa");
    expect(marked.decode(marked.encode("\ufeffa"))).toBe("\ufeffa");
  });
});

describe("the character tokenizer", () => {
  it("sorts characters by code point after <unk>", () => {
    const tokenizer = trained("char", "b😀a\uffeeb\n");
    expect(tokenizer.vocabularySize).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map(tokenizer.token)).toEqual(["<unk>", "\n", "a", "b", "\uffee", "😀"]);
    expect([...tokenizer.encode("a😀?😁b")]).toEqual([2, 5, 0, 0, 3]);
    expect(tokenizer.decode([2, 0, 5])).toBe("a<unk>😀");
  });

  it("takes half a surrogate pair for unknown", () => {
    const tokenizer = trained("char", "a\ud83d\ude00\ude00b\ud83d");
    expect(tokenizer.vocabularySize).toBe(4);
    expect([...tokenizer.encode("\ud83da\ude00\ud83d\ude00\ud83d")]).toEqual([0, 1, 0, 3, 0]);
  });
});

describe("the byte tokenizer", () => {
  it("gives a byte its value as id and holds back half a character", () => {
    const tokenizer = trained("byte");
    expect(tokenizer.unknownId).toBeNull();
    expect([...tokenizer.encode("é\n")]).toEqual([0xc3, 0xa9, 0x0a]);
    const stream = tokenizer.stream();
    const pieces = [0xf0, 0x9f, 0x98, 0x80, 0x41, 0xe2, 0x82].map(stream.push);
    expect(pieces).toEqual(["", "", "", "😀", "A", "", ""]);
    expect(stream.end()).toBe("\ufffd");
    expect([0x41, 0x0a, 0x7f, 0xe2].map(tokenizer.token)).toEqual(["A", "\n", "<0x7F>", "<0xE2>"]);
  });

  it("takes bytes that are no text as they are", () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0xc3, 0x28);
    expect([...encodeBytes(bytes)]).toEqual([0xff, 0x00, 0xc3, 0x28]);
    expect(trained("byte").decode(encodeBytes(bytes))).toBe("\ufffd\u0000\ufffd(");
  });
});

describe("the word tokenizer", () => {
  const words = (text: string) => {
    const tokenizer = trained("word", text);
    return Array.from(tokenizer.encode(text), tokenizer.token);
  };

  it("sorts by frequency, then by code point, and keeps the most frequent", () => {
    const text = "the cat, the dog, the 😀 \uffee bird";
    const tokens = ["<unk>", "the", ",", "bird", "cat", "dog", "\uffee", "😀"];
    const all = trained("word", text);
    expect(tokens.map((_, id) => all.token(id))).toEqual(tokens);
    const few = trainTokenizer({ kind: "word", text, vocabularySize: 4 });
    expect(few.vocabularySize).toBe(4);
    expect([...few.encode("the cat, bird")]).toEqual([1, 0, 2, 3]);
  });

  it("splits words, punctuation and lines, and single ideographs", () => {
    expect(words("Don't stop: it's 'fine'…\r\n\n  ok_1")).toEqual(
      ["Don't", "stop", ":", "it's", "'", "fine", "'", "…", "\n", "\n", "ok_1"], // nothing of the white space
    );
    expect(words("हिन्दी में 中文 e\u0301t ❤\ufe0f می‌خواهم क्\u200dष")).toEqual([
      "हिन्दी",
      "में",
      "中",
      "文",
      "e\u0301t",
      "❤\ufe0f",
      "می‌خواهم",
      "क्\u200dष",
    ]);
  });

  it("puts spaces back where prose has them", () => {
    const text = 'He said: "well-known (or not), $5 a day!" Then "he" left.\nNew line; 中文。 end';
    const tokenizer = trained("word", text);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    const stream = tokenizer.stream();
    const [he, said] = tokenizer.encode("He said");
    expect([stream.push(he), stream.push(said)]).toEqual(["He", " said"]);
  });

  it("knows words that are properties of every object", () => {
    const tokenizer = trained("word", "__proto__ constructor 7");
    expect(tokenizer.decode(tokenizer.encode("7 __proto__ constructor"))).toBe("7 __proto__ constructor");
  });
});

describe("what goes wrong", () => {
  const change = (kind: TokenizerKind, edit: (json: never) => void) => () => {
    const json = JSON.parse(JSON.stringify(trained(kind, "a b")));
    edit(json as never);
    return tokenizerFromJSON(json);
  };
  type Json = { model: Record<string, unknown>; pre_tokenizer: unknown; added_tokens: unknown };
  const vocabulary = (kind: TokenizerKind, vocab: unknown) =>
    change(kind, (json: Json) => {
      json.model.vocab = vocab;
    });

  it.each([
    ["nothing", () => tokenizerFromJSON(undefined), 'model.type is missing, needed "BPE"'],
    ["text", () => tokenizerFromJSON("{}"), "model.type is missing"],
    [
      "another model",
      change("char", (json: Json) => (json.model.type = "Trigram")),
      'model.type is "Trigram"',
    ],
    [
      "merges",
      change("char", (json: Json) => (json.model.merges = ["a b"])),
      'model.merges is ["a b"], needed []',
    ],
    [
      "another split",
      change("word", (json: Json) => (json.pre_tokenizer = { type: "UnicodeScripts" })),
      'pre_tokenizer is of type "UnicodeScripts", which is not read',
    ],
    [
      "added tokens",
      change("byte", (json: Json) => (json.added_tokens = [1])),
      "added_tokens is [1], needed []",
    ],
    ["no vocabulary", vocabulary("char", ["a"]), 'model.vocab is ["a"], needed an object'],
    ["a gap", vocabulary("char", { "<unk>": 0, a: 2 }), '"a" the id 2, needed 0 to 1'],
    ["an id twice", vocabulary("word", { "<unk>": 0, a: 1, b: 1 }), 'both "a" and "b" the id 1'],
    ["no <unk>", vocabulary("char", { a: 0, b: 1 }), 'has "a" at id 0, needed "<unk>"'],
    ["two characters", vocabulary("char", { "<unk>": 0, ab: 1 }), '"ab" in a vocabulary of characters'],
    ["half a character", vocabulary("char", { "<unk>": 0, "\ud800": 1 }), "is not one character"],
    ["two words", vocabulary("word", { "<unk>": 0, "##b": 1 }), '"##b" in a vocabulary of words'],
    ["too few bytes", vocabulary("byte", { a: 0 }), "256 entries"],
    ["kind", () => trainTokenizer({ kind: "unigram" as never, text: "a" }), 'kind is "unigram"'],
    ["no characters", () => trained("char", ""), "the text has no characters"],
    ["no words", () => trained("word", " \t"), "the text has no words"],
    [
      "size of char",
      () => trainTokenizer({ kind: "char", text: "a", vocabularySize: 9 }),
      'only "word" and "bpe" take one',
    ],
    ["size of 1", () => trainTokenizer({ kind: "word", text: "a", vocabularySize: 1 }), "at least 2"],
    ["id above", () => trained("byte").decode([256]), "256 is no token id, needed an integer from 0 to 255"],
    ["id below", () => trained("char", "a").token(-1), "-1 is no token id"],
    ["id between", () => trained("word", "a").stream().push(0.5), "0.5 is no token id"],
  ])("says so: %s", (_, call, message) => {
    expect(call).toThrow(
      expect.objectContaining({ name: "UnrolledError", message: expect.stringContaining(message) }),
    );
  });
});
