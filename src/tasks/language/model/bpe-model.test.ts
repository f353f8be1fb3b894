import { expect, it } from "vitest";
import { languageNetwork, modelWith, readerOf } from "../../../../test/language-parts.ts";
import { tokenizerFromJSON } from "../../../data/tokenizers/tokenizer-json.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import type { Network } from "../../../networks/network.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { evaluate, scoredText } from "../evaluation/evaluate.ts";
import { modelFiles } from "../folder/language-folder.ts";
import { openLanguageModel } from "../folder/open-language-model.ts";
import { generate } from "./generate-text.ts";
import type { LanguageModel } from "./language-model.ts";

const text = "the quick brown fox, über the lazy dog: 中文 😀😀 naïve. ".repeat(20);
const tokenizer = trainTokenizer({ kind: "bpe", text, vocabularySize: 300, documents: true });
const device = await openDevice({ backend: "wasm" });
const model = languageNetwork(
  device,
  {
    cell: "gru",
    nonlinearity: "tanh",
    vocabularySize: tokenizer.vocabularySize,
    embeddingSize: 8,
    hiddenSize: 16,
    numLayers: 1,
    dropout: 0,
    tieWeights: false,
    tokenizer: "bpe",
  },
  new Generator(3),
);
const trained = modelWith(model, tokenizer);

const written = async (of: LanguageModel) => {
  let all = "";
  for await (const piece of generate(of, "the fox", { maxNewTokens: 200, seed: 4, temperature: 3 })) {
    expect(piece).not.toMatch(/[\ud800-\udbff]$/);
    all += piece;
  }
  return all;
};

it("comes back from its folder and writes the same text", async () => {
  const files = await modelFiles(trained);
  const opened = await openLanguageModel(device, async (name) => files[name]);
  expect(opened.tokenizer.kind).toBe("bpe");
  expect(opened.tokenizer.endId).toBe(299);
  expect(opened.tokenizer.encode(text)).toEqual(tokenizer.encode(text));
  expect(await written(opened)).toBe(await written(trained));
  expect(new TextDecoder().decode(files["README.md"])).toContain("predicts the next token");
});

it("keeps a foreign tokenizer as its file is", async () => {
  const json = JSON.parse(JSON.stringify(tokenizer));
  json.pre_tokenizer = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const foreign = tokenizerFromJSON(json);
  const files = await modelFiles({ ...trained, tokenizer: foreign });
  expect(JSON.parse(new TextDecoder().decode(files["tokenizer.json"]))).toEqual(json);
  const opened = await openLanguageModel(device, async (name) => files[name]);
  expect(opened.tokenizer.encode("naïve  ’s 'd")).toEqual(foreign.encode("naïve  ’s 'd"));
});

it("measures bits per character over the characters behind the first token", async () => {
  const scored = scoredText(tokenizer, text);
  const first = tokenizer.decode(scored.ids.subarray(0, 1));
  expect(first.length).toBeGreaterThan(1);
  expect(scored.characters).toBe([...text].length - first.length);
  // 🦄 was never seen, so the first token is its first byte, and no later one begins a character.
  expect(scoredText(tokenizer, "🦄a").characters).toBe(1);

  const found = await evaluate(trained, [text]);
  const session = readerOf(model.eval() as Network);
  session.reset();
  let nats = 0;
  for (let at = 0; at + 1 < scored.ids.length; at++) {
    const logits = [...session.step(scored.ids[at])];
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    nats += Math.log(sum) - logits[scored.ids[at + 1]];
  }
  expect(found.bitsPerCharacter).toBeCloseTo(nats / Math.LN2 / scored.characters, 4);
});

it("predicts tokens and the words that they make", async () => {
  const { tokens, words } = await trained.predict("the quick", { top: 5 });
  expect(tokens).toHaveLength(5);
  expect(words).toHaveLength(5);
  for (const { word } of words) expect(word).toMatch(/^[\p{L}\p{M}\p{N}_'’\u200c\u200d]+$/u);
});
