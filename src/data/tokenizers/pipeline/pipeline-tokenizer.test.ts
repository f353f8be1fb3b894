// Files of other libraries' forms over vocabularies learned here, against Hugging Face's own JavaScript.
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { fileOf, special, tokenizerForms, wordVocabulary } from "../../../../test/tokenizer-forms.ts";
import { tokenizerFromJSON } from "../tokenizer-json.ts";

describe.each(Object.keys(tokenizerForms))("a file like %s", (name) => {
  const [form, ...texts] = tokenizerForms[name];
  const json = fileOf(form);
  const tokenizer = tokenizerFromJSON(json);
  const theirs = new HuggingFaceTokenizer(json, { clean_up_tokenization_spaces: false });

  it("encodes and decodes as Hugging Face's tokenizer does", () => {
    for (const text of texts) {
      const ids = [...tokenizer.encode(text)];
      const needed = theirs.encode(text, { add_special_tokens: false }).ids;
      expect(ids.map(tokenizer.token).join("|"), text).toBe(
        needed.map((id: number) => tokenizer.token(id)).join("|"),
      );
      expect(ids).toEqual(needed);
      const plain = ids.filter((id) => id !== tokenizer.endId);
      expect(tokenizer.decode(plain)).toBe(theirs.decode(plain));
    }
  });

  it("streams the text that it decodes, and can be cut", () => {
    for (const text of texts) {
      const ids = tokenizer.encode(text);
      const stream = tokenizer.stream();
      const streamed = Array.from(ids, stream.push);
      expect(streamed.join("") + stream.end()).toBe(tokenizer.decode(ids));
      // Most of a text is there before it ends.
      if (ids.length > 20) expect(streamed.join("").length).toBeGreaterThan(tokenizer.decode(ids).length / 2);
      for (let end = 0; end <= text.length; end += 3) {
        const cut = tokenizer.lastCut(text.slice(0, end));
        const [before, after] = [text.slice(0, cut), text.slice(cut)];
        if (cut > 0) expect([...tokenizer.encode(before), ...tokenizer.encode(after)]).toEqual([...ids]);
      }
    }
  });

  it("comes back from its own JSON", () => {
    const again = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
    expect(again.encode(texts[0])).toEqual(tokenizer.encode(texts[0]));
  });
});

describe("a file of words alone", () => {
  const json = fileOf({
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    decoder: null,
    model: {
      type: "WordLevel",
      unk_token: "[UNK]",
      vocab: wordVocabulary(["the", "fox", ".", "ça", "va", "नमस्ते"]),
    },
  });

  it("knows words of every script, and what it does not know", () => {
    const tokenizer = tokenizerFromJSON(json);
    expect(tokenizer.kind).toBe("word");
    expect(Array.from(tokenizer.encode("The fox... Ça va नमस्ते dog"), tokenizer.token).join(" ")).toBe(
      "the fox [UNK] ça va नमस्ते [UNK]",
    );
    expect(tokenizer.decode(tokenizer.encode("THE fox"))).toBe("the fox");
    expect(tokenizer.unknownId).toBe(0);
    expect(tokenizer.lastCut("the fo")).toBe(4);
  });

  it.each([
    [
      "a normaliser",
      { normalizer: { type: "Precompiled" } },
      'normalizer is of type "Precompiled", which is not read; those that are read are NFC',
    ],
    [
      "one inside of others",
      { normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Odd" }] } },
      'normalizer.normalizers[1] is of type "Odd"',
    ],
    [
      "a pre-tokeniser",
      { pre_tokenizer: { type: "UnicodeScripts" } },
      'pre_tokenizer is of type "UnicodeScripts"',
    ],
    ["a decoder", { decoder: { type: "Odd" } }, 'decoder is of type "Odd"'],
    [
      "a model",
      { model: { type: "Odd" } },
      'model.type is "Odd", needed "BPE", "Unigram", "WordLevel" or "WordPiece"',
    ],
    [
      "an unknown token",
      { model: { type: "WordLevel", vocab: { a: 0 }, unk_token: "b" } },
      'model.unk_token is "b", needed a token of model.vocab',
    ],
    [
      "scores",
      { model: { type: "Unigram", unk_id: 0, vocab: [["a"]] } },
      'model.vocab[0] is ["a"], needed a token and its log probability',
    ],
    [
      "a unigram's unknown token",
      { model: { type: "Unigram", unk_id: 3, vocab: [["a", 0]] } },
      "model.unk_id is 3, needed 0 to 0, or null",
    ],
    [
      "a replacement",
      { normalizer: { type: "Replace", pattern: { String: "a" } } },
      "normalizer.content is missing",
    ],
    [
      "a pattern",
      { normalizer: { type: "Replace", pattern: {}, content: "" } },
      "normalizer.pattern is {}, needed a String or a Regex",
    ],
    [
      "an expression",
      { pre_tokenizer: { type: "Split", pattern: { Regex: "[a[b]]" }, behavior: "Isolated" } },
      "which is not read: classes inside a class",
    ],
    [
      "a behaviour",
      { pre_tokenizer: { type: "Punctuation", behavior: "Eaten" } },
      'pre_tokenizer.behavior is "Eaten", needed "Removed"',
    ],
    ["single words", { added_tokens: [special(9, "a", { single_word: true })] }, "single_word true"],
  ])("is refused for %s that is not read", (_, change, message) => {
    expect(() => tokenizerFromJSON({ ...json, ...change })).toThrow(
      expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
    );
  });
});
