import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { Generator } from "../../random/philox.ts";
import { KNOWN_PATTERNS, OWN_PATTERN } from "./pre-token-patterns.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { tokenizerFromJSON } from "./tokenizer-json.ts";
import { trainTokenizer } from "./train-tokenizer.ts";

const TEXT = [
  "Before we proceed any further, hear me speak. I'll, DON'T, we've; it's 'quoted' 3.14 1,000 12345 x_1\n\n",
  "हिन्दी में क्षत्रिय नमस्ते। में में ภาษาไทยดีที่สุดครับ ภาษา می‌خواهم بِسْمِ اللّهِ سلام دنیا",
  "我们来了。中文,漢字 日本語 한국어 한국어 e\u0301te\u0301 Z̷a̶l̴g̸o",
  "👩‍💻 ❤️ 🇩🇪 👨‍👩‍👧‍👦! 😀😀 𝒜𝓑 __proto__ constructor  two  spaces\t\ttabs \r\n windows   \n  end  ",
].join(" ");

interface Json {
  [key: string]: unknown;
  model: Record<string, unknown> & { vocab: Record<string, number>; merges: unknown[] };
  added_tokens: unknown[];
}
const own = (): Json => JSON.parse(JSON.stringify(trainTokenizer({ kind: "bpe", text: TEXT.repeat(3) })));
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
const split = (pattern: string, how = { behavior: "Isolated", invert: false }) => ({
  type: "Sequence",
  pretokenizers: [{ type: "Split", pattern: { Regex: pattern }, ...how }, byteLevel],
});
const special = (id: number, content: string, more: object = {}) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...more,
});

/** A file in the form of a known model's, over a vocabulary learned here. */
const forms: Record<string, (json: Json) => Json> = {
  own: (json) => json,
  "GPT-2": (json) => {
    const size = Object.keys(json.model.vocab).length;
    json.model.vocab["<|endoftext|>"] = size;
    return {
      ...json,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
      post_processor: { type: "ByteLevel", add_prefix_space: true, trim_offsets: false },
      added_tokens: [special(size, "<|endoftext|>", { normalized: true })],
    };
  },
  RoBERTa: (json) => {
    const size = Object.keys(json.model.vocab).length;
    const shifted = Object.entries(json.model.vocab).map(([token, id]) => [token, id + 4]);
    const names = ["<s>", "<pad>", "</s>", "<unk>"];
    return {
      ...json,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0] },
      added_tokens: [
        ...names.map((name, id) => special(id, name)),
        special(size + 4, "<mask>", { lstrip: true }),
        special(size + 5, "<right>", { rstrip: true }),
      ],
      model: {
        ...json.model,
        continuing_subword_prefix: "",
        end_of_word_suffix: "",
        vocab: Object.fromEntries([...names.map((name, id) => [name, id]), ...shifted]),
      },
    };
  },
  "Llama 3": (json) => {
    const size = Object.keys(json.model.vocab).length;
    return {
      ...json,
      pre_tokenizer: split([...KNOWN_PATTERNS.keys()][2]),
      added_tokens: [
        special(size, "<|begin_of_text|>"),
        special(size + 1, "<|end_of_text|>"),
        special(size + 2, "<|end|>"),
        special(size + 3, "<|end|>more"),
        special(size + 4, "<mask>", { lstrip: true }),
      ],
      model: {
        ...json.model,
        ignore_merges: true,
        // As a file whose merges do not spell every token.
        merges: json.model.merges.slice(0, -40).map((pair) => String(pair).split(" ")),
      },
    };
  },
  "Qwen 2": (json) => ({ ...json, pre_tokenizer: split([...KNOWN_PATTERNS.keys()][3]) }),
  "a Split of GPT-2's": (json) => ({
    ...json,
    pre_tokenizer: split([...KNOWN_PATTERNS.keys()][1], { behavior: "Removed", invert: true }),
  }),
};

const SPECIALS = ["<|endoftext|>", "<mask>", "<right>", "<|end|>", "<|end|>more", "</s>", "<|end_of_text|>"];
const withSpecials = SPECIALS.map((name) => `${TEXT.slice(0, 40)} ${name} ${name}x${name}  <|en`).join("  ");

function huggingFace(json: unknown): HuggingFaceTokenizer {
  return new HuggingFaceTokenizer(JSON.parse(JSON.stringify(json)) as object, {
    clean_up_tokenization_spaces: false,
  });
}

describe.each(Object.entries(forms))("a file in the form of %s", (_, form) => {
  it("encodes and decodes as Hugging Face's tokenizer does", () => {
    const json = form(own());
    const tokenizer = tokenizerFromJSON(json);
    const theirs = huggingFace(json);
    expect(tokenizer.kind).toBe("bpe");
    for (const text of [TEXT, withSpecials, TEXT.toUpperCase(), [...TEXT].reverse().join("")]) {
      const ids = tokenizer.encode(text);
      expect([...ids]).toEqual(theirs.encode(text, { add_special_tokens: false }).ids);
      const { endId } = tokenizer;
      const texts = [...ids].filter((id) => id !== endId);
      expect(tokenizer.decode(ids)).toBe(theirs.decode(texts));
      const stream = tokenizer.stream();
      expect(Array.from(ids, stream.push).join("") + stream.end()).toBe(tokenizer.decode(ids));
    }
    expect(tokenizer.decode(tokenizer.encode(TEXT))).toBe(TEXT);
    expect(JSON.stringify(tokenizer)).toBe(JSON.stringify(json));
  });

  it("cuts a text that goes on where the ids stay the same", () => {
    const tokenizer = tokenizerFromJSON(form(own()));
    const generator = new Generator(2);
    const parts = [
      ".\n",
      ...SPECIALS,
      "<",
      "<|",
      "<|end",
      "<m",
      "  ",
      " ",
      "\n",
      "a",
      "it's",
      "12",
      "é",
      "हि",
      ".",
      "more",
    ];
    let cuts = 0;
    for (let round = 0; round < 3000; round++) {
      const draw = () =>
        Array.from({ length: generator.bits() % 6 }, () => parts[generator.bits() % parts.length]).join("");
      const [text, more] = [draw(), draw()];
      const cut = tokenizer.lastCut(text);
      if (cut > 0) cuts += 1;
      const halves = [...tokenizer.encode(text.slice(0, cut)), ...tokenizer.encode(text.slice(cut) + more)];
      const whole = [...tokenizer.encode(text + more)];
      if (halves.join() !== whole.join()) expect.fail(`${JSON.stringify([text, more])} cut at ${cut}`);
    }
    expect(cuts).toBeGreaterThan(2000);
  });
});

describe("a file of Hugging Face's", () => {
  it("leaves white space uncut that a token to come would take", () => {
    const tokenizer = tokenizerFromJSON(forms["Llama 3"](own()));
    const [dot, lines] = [".", ".\n"].map((text) => [...tokenizer.encode(text)]);
    expect(lines).not.toEqual(dot);
    expect([...tokenizer.encode(".\n <mask>")].slice(0, -1)).toEqual(dot);
    expect(tokenizer.lastCut(".\n ")).toBeLessThan(2);
    expect(tokenizer.lastCut("Ah.\n a")).toBe(4);
  });

  it("names the token that ends documents", () => {
    const endOf = (form: string) => {
      const tokenizer: Tokenizer = tokenizerFromJSON(forms[form](own()));
      return tokenizer.endId === null ? null : tokenizer.token(tokenizer.endId);
    };
    expect(Object.keys(forms).map(endOf)).toEqual([
      null,
      "<|endoftext|>",
      "</s>",
      "<|end_of_text|>",
      null,
      null,
    ]);
  });

  it("shows bytes that are no character by themselves", () => {
    const json = own();
    const tokenizer = tokenizerFromJSON({ ...json, model: { ...json.model, merges: [] } });
    expect([0xe0, 0x0a, 0x41, 0x7f].map(tokenizer.token)).toEqual(["<0xE0>", "\n", "A", "<0x7F>"]);
    const merged = trainTokenizer({ kind: "bpe", text: "ééé 中中中中", vocabularySize: 260 });
    const tokens = Array.from({ length: merged.vocabularySize - 256 }, (_, at) => merged.token(256 + at));
    expect(tokens).toEqual(["<0xB8><0xAD>", "中", "é", "中中"]);
  });

  const edit = (change: (json: Json) => unknown) => () => {
    const json = own();
    return tokenizerFromJSON(change(json) ?? json);
  };
  it.each([
    [
      "normalizer",
      edit((json) => ({ ...json, normalizer: { type: "Precompiled", precompiled_charsmap: "" } })),
      'normalizer is of type "Precompiled", which is not read',
    ],
    [
      "decoder",
      edit((json) => ({ ...json, decoder: { type: "Sparse" } })),
      'decoder is of type "Sparse", which is not read',
    ],
    [
      "pre-tokenizer",
      edit((json) => ({ ...json, pre_tokenizer: { type: "UnicodeScripts" } })),
      'pre_tokenizer is of type "UnicodeScripts"',
    ],
    [
      "pattern",
      edit((json) => ({ ...json, pre_tokenizer: split("\\p{L}++") })),
      "which is not read: possessive quantifiers",
    ],
    [
      "behaviour",
      edit((json) => ({ ...json, pre_tokenizer: split(OWN_PATTERN, { behavior: "Kept", invert: false }) })),
      'behavior is "Kept"',
    ],
    [
      "dropout",
      edit((json) => ({ ...json, model: { ...json.model, dropout: 0.1 } })),
      "model.dropout is 0.1",
    ],
    [
      "single words",
      edit((json) => ({ ...json, added_tokens: [special(9, "a", { single_word: true })] })),
      "single_word",
    ],
    ["added tokens", edit((json) => ({ ...json, added_tokens: [{ id: -1 }] })), 'added_tokens has {"id":-1}'],
    ["a gap", edit((json) => ({ ...json, added_tokens: [special(9999, "x")] })), "no token of id"],
    [
      "a merge",
      edit((json) => {
        json.model.merges.push("q q");
      }),
      'but model.vocab has no "qq"',
    ],
    [
      "three of a merge",
      edit((json) => {
        json.model.merges.push("q q q");
      }),
      'is "q q q", needed two tokens',
    ],
    [
      "a byte",
      edit((json) => {
        const { vocab } = json.model;
        vocab.xyz = vocab.Ā;
        delete vocab.Ā;
      }),
      'model.vocab has no "Ā"',
    ],
    [
      "a token of no bytes",
      edit((json) => {
        json.model.vocab.中 = Object.keys(json.model.vocab).length;
      }),
      '"中" in a vocabulary of bytes has "中"',
    ],
    [
      "an id",
      edit((json) => {
        json.model.vocab.xyz = 1.5;
      }),
      'gives "xyz" the id 1.5',
    ],
    [
      "an id twice",
      edit((json) => {
        json.model.vocab.xyz = 7;
      }),
      'and "xyz" the id 7',
    ],
  ])("is refused for its %s", (_, read, message) => {
    expect(read).toThrow(
      expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
    );
  });
});
