import { describe, expect, it } from "vitest";
import { languageNetwork } from "../../../../test/language-parts.ts";
import type { TokenizerKind } from "../../../data/tokenizers/tokenizer.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { evaluate } from "./evaluate.ts";
import { surprises } from "./surprise.ts";

// Longer than a chunk, with characters of one to four bytes.
const text = "Größe: 5 € 🙂, the quick brown fox.\n".repeat(20);
const device = await openDevice({ backend: "wasm" });

function trainedOf(kind: TokenizerKind) {
  const tokenizer = trainTokenizer({ kind, text });
  const model = languageNetwork(
    device,
    {
      cell: "gru",
      nonlinearity: "tanh",
      vocabularySize: tokenizer.vocabularySize,
      embeddingSize: 7,
      hiddenSize: 13,
      numLayers: 2,
      dropout: 0.5,
      tieWeights: false,
      tokenizer: kind,
    },
    new Generator(3),
  );
  return { network: model, tokenizer };
}

describe.each(["char", "byte", "word"] as const)("the surprises of a text of tokens of kind %s", (kind) => {
  const trained = trainedOf(kind);

  it("have the mean that evaluation measures", async () => {
    const found = await surprises(trained, text, { maxTokens: 10_000 });
    const { tokens, lossNats } = await evaluate(trained, [text]);
    expect(found[0].bits).toBeNull();
    expect(found).toHaveLength(tokens + 1);
    const total = found.reduce((sum, { bits }) => sum + (bits ?? 0), 0);
    expect((total * Math.LN2) / tokens).toBeCloseTo(lossNats, 5);
    expect(trained.network.training).toBe(true);
  });

  it("join to the text, as far as the tokenizer keeps it", async () => {
    const found = await surprises(trained, text, { maxTokens: 10_000 });
    const ids = trained.tokenizer.encode(text);
    expect(found.map(({ tokenId }) => tokenId)).toEqual([...ids]);
    expect(found.map((token) => token.text).join("")).toBe(trained.tokenizer.decode(ids));
  });

  it("do not depend on what follows", async () => {
    const whole = await surprises(trained, text, { maxTokens: 10_000 });
    const part = await surprises(trained, text, { maxTokens: 30 });
    expect(part).toHaveLength(30);
    for (let index = 1; index < 30; index++)
      expect(part[index].bits, `token ${index}`).toBeCloseTo(whole[index].bits ?? -1, 4);
  });
});

it("take bytes as they are, and an incomplete character at the end as U+FFFD", async () => {
  const found = await surprises(trainedOf("byte"), Uint8Array.of(0x61, 0xe2, 0x82));
  expect(found.map((token) => token.text)).toEqual(["a", "", "\ufffd"]);
});

it("are none for an empty text", async () => {
  expect(await surprises(trainedOf("char"), "")).toEqual([]);
});

it("refuse a number of tokens that is none, and end when aborted", async () => {
  const trained = trainedOf("char");
  await expect(surprises(trained, text, { maxTokens: 0.5 })).rejects.toThrow(
    "surprises: maxTokens is 0.5, needed a whole number of at least 1",
  );
  await expect(surprises(trained, text, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
});
