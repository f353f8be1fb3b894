import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { END_TOKEN } from "./tokenizer.ts";
import { tokenizerFromJSON } from "./tokenizer-json.ts";
import { tokenizerTrainer } from "./tokenizer-trainer.ts";
import { trainTokenizer } from "./train-tokenizer.ts";

/** Lines as the Penn Treebank has them. */
const TREEBANK = " no it was n't <unk> monday \n but while the <unk> N was n't \n";

const trained = (text: string, vocabularySize?: number) =>
  trainTokenizer({ kind: "whitespace", text, vocabularySize });

describe("the white-space tokenizer", () => {
  it("takes a text that is cut into tokens as it stands", () => {
    const tokenizer = trained(TREEBANK);
    const tokens = Array.from(tokenizer.encode(TREEBANK), tokenizer.token);
    expect(tokens.join("|")).toBe("no|it|was|n't|<unk>|monday|<eos>|but|while|the|<unk>|N|was|n't|<eos>");
    // <unk> has its id, and is no second entry of the vocabulary.
    expect(tokenizer.vocabularySize).toBe(new Set(tokens).size);
    expect([...tokenizer.encode("<unk> never-seen")]).toEqual([0, 0]);
  });

  it("keeps every token, or as many as are asked for, the most frequent first", () => {
    expect(trained(TREEBANK).vocabularySize).toBe(11);
    const small = trained("b a a c c c\n\n", 4);
    expect([0, 1, 2, 3].map(small.token)).toEqual(["<unk>", "c", "<eos>", "a"]);
    expect(() => trained("a", 1)).toThrow("vocabularySize is 1, needed an integer of at least 2");
    expect(() => trained(" \t ")).toThrow("the text has no tokens to make a vocabulary of");
  });

  it("writes one space between tokens, and lines", () => {
    const tokenizer = trained(TREEBANK);
    const ids = tokenizer.encode(TREEBANK);
    const text = "no it was n't <unk> monday\nbut while the <unk> N was n't\n";
    expect(tokenizer.decode(ids)).toBe(text);
    const stream = tokenizer.stream();
    expect(Array.from(ids, stream.push).join("") + stream.end()).toBe(text);
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.lossless).toBe(false);
  });

  it.each([
    ["the Penn Treebank", TREEBANK, TREEBANK],
    ["all white space", "a\tb\u3000c \r\n\v d\u00a0e\n\n\n f", "f e d\n\nc\rb  a\tx"],
    [
      "names of objects' own",
      "__proto__ constructor 0 10 1 toString\n",
      "toString __proto__ 1 0 hasOwnProperty",
    ],
    ["tokens that look special", "<eos> <|endoftext|> [UNK] ## ##a\n", "## <eos>\n<|endoftext|> [UNK] a"],
  ])("gives the ids that Hugging Face's gives: %s", (_, text, encoded) => {
    const tokenizer = trained(text);
    const json = JSON.parse(JSON.stringify(tokenizer));
    // Hugging Face's JavaScript looks words up, and gives nothing for one that it does not find.
    const there = new HuggingFaceTokenizer(json, {})
      .encode(encoded)
      .ids.map((id: number | undefined) => id ?? 0);
    expect([...tokenizer.encode(encoded)]).toEqual(there);
    const again = tokenizerFromJSON(json);
    expect(again.kind).toBe("whitespace");
    expect(JSON.stringify(again)).toBe(JSON.stringify(tokenizer));
    expect(again.encode(encoded)).toEqual(tokenizer.encode(encoded));
  });

  it("can be cut where the rest has its own tokens, and is learned in pieces", () => {
    const tokenizer = trained(TREEBANK);
    for (let end = 0; end <= TREEBANK.length; end++) {
      const cut = tokenizer.lastCut(TREEBANK.slice(0, end));
      const parts = [TREEBANK.slice(0, cut), TREEBANK.slice(cut)].flatMap((part) => [
        ...tokenizer.encode(part),
      ]);
      expect(parts, `cut at ${cut}`).toEqual([...tokenizer.encode(TREEBANK)]);
    }
    expect(tokenizer.lastCut("a bc")).toBe(2);
    const trainer = tokenizerTrainer({ kind: "whitespace" });
    for (const character of TREEBANK) trainer.add(character);
    expect(trainer.finish().toJSON()).toEqual(tokenizer.toJSON());
  });

  it("ends documents, which the text may do itself", () => {
    const trainer = tokenizerTrainer({ kind: "whitespace", documents: true });
    trainer.add(`a b ${END_TOKEN} c`);
    trainer.endDocument();
    trainer.add("d");
    const tokenizer = trainer.finish();
    const { endId } = tokenizer;
    expect(endId).toBe(tokenizer.vocabularySize - 1);
    expect(tokenizer.encode(END_TOKEN)[0]).toBe(endId);
    expect(tokenizer.decode([...tokenizer.encode("a b"), endId!, ...tokenizer.encode("c d")])).toBe("a bc d");
  });

  it("refuses a vocabulary that no text can have", () => {
    const json = JSON.parse(JSON.stringify(trained("a b")));
    const withToken = (token: string) => ({
      ...json,
      model: { ...json.model, vocab: { "<unk>": 0, [token]: 1 } },
    });
    expect(() => tokenizerFromJSON(withToken("a b"))).toThrow(
      '"a b" in a vocabulary of tokens between white space',
    );
    expect(() => tokenizerFromJSON(withToken(""))).toThrow('"" in a vocabulary of tokens');
  });
});
