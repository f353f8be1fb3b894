import { describe, expect, test } from "vitest";
import { languageNetwork, modelWith } from "../../../../test/language-parts.ts";
import { tokenizerTrainer } from "../../../data/tokenizers/tokenizer-trainer.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { openModel } from "../../../open/open-model.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { generate, generateEvents } from "../model/generate-text.ts";
import type { LanguageModelParts } from "../model/language-model.ts";
import { type GenerationConfig, readGenerationConfig } from "./generation-config.ts";
import { modelFiles } from "./language-folder.ts";

const device = await openDevice({ backend: "reference" });
const tokenizer = trainTokenizer({ kind: "char", text: "abcdef" });
const documents = (() => {
  const trainer = tokenizerTrainer({ kind: "char", documents: true });
  trainer.add("abc");
  return trainer.finish();
})();

const modelFor = ({ vocabularySize }: { readonly vocabularySize: number }) =>
  languageNetwork(
    device,
    {
      cell: "gru",
      nonlinearity: "tanh",
      vocabularySize,
      embeddingSize: 2,
      hiddenSize: 3,
      numLayers: 1,
      dropout: 0,
      tieWeights: false,
      tokenizer: "char",
    },
    new Generator(4),
  );
const model = modelFor(tokenizer);

const EVERYTHING = {
  do_sample: true,
  temperature: 0.5,
  top_k: 3,
  top_p: 0.9,
  min_p: 0.1,
  repetition_penalty: 1.2,
  max_new_tokens: 7,
  eos_token_id: 2,
};

const written = async (of: LanguageModelParts) =>
  JSON.parse(new TextDecoder().decode((await modelFiles(of))["generation_config.json"]));

async function all<Item>(iteration: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of iteration) items.push(item);
  return items;
}

describe("generation_config.json", () => {
  test("is read, and written back as it was", async () => {
    const generation = readGenerationConfig({ ...EVERYTHING, transformers_version: "4.50.0" }, 7);
    expect(generation).toEqual({
      doSample: true,
      temperature: 0.5,
      topK: 3,
      topP: 0.9,
      minP: 0.1,
      repetitionPenalty: 1.2,
      maxNewTokens: 7,
      eosTokenId: 2,
    } satisfies GenerationConfig);
    expect(await written(modelWith(model, tokenizer, { generation }))).toEqual(EVERYTHING);
    const opened = await openModel(await modelFiles(modelWith(model, tokenizer, { generation })), {
      device,
      task: "language",
    });
    expect(opened.generation).toEqual(generation);
  });

  test.each([
    ["do_sample", 1, "true or false"],
    ["temperature", -1, "a number of at least 0"],
    ["temperature", "hot", "a number of at least 0"],
    ["top_k", 1.5, "a whole number of at least 0"],
    ["top_p", 0, "a number above 0 and at most 1"],
    ["min_p", 2, "a number from 0 to 1"],
    ["repetition_penalty", 0, "a number above 0"],
    ["max_new_tokens", 0, "a whole number of at least 1"],
    ["eos_token_id", [1, 7], "ids of the vocabulary"],
  ])("a wrong %s, %j, is named", (key, value, needed) => {
    const text = `generation_config.json: ${key} is ${JSON.stringify(value)}, needed ${needed}`;
    expect(() => readGenerationConfig({ [key]: value }, 7)).toThrow(text);
    expect(readGenerationConfig({ [key]: null }, 7)).toEqual({});
  });

  test("a model does without it, and one that is damaged is an error", async () => {
    const { "generation_config.json": _, ...rest } = await modelFiles(modelWith(model, tokenizer));
    expect((await openModel(rest, { device, task: "language" })).generation).toBeUndefined();
    const damaged = { ...rest, "generation_config.json": new TextEncoder().encode("{") };
    await expect(openModel(damaged, { device })).rejects.toThrow("generation_config.json: it is no JSON");
  });

  test("names the end token where the vocabulary has one", async () => {
    const several = modelWith(modelFor(documents), documents);
    expect(await written(several)).toMatchObject({ eos_token_id: documents.endId });
    expect(await written(modelWith(model, tokenizer))).not.toHaveProperty("eos_token_id");
    expect(await written({ ...several, generation: { eosTokenId: 1 } })).toEqual({ eos_token_id: 1 });
  });
});

describe("generate", () => {
  const text = async (generation: GenerationConfig, options = {}) =>
    (await all(generate(modelWith(model, tokenizer, { generation }), "a", options))).join("");

  test("goes by what the model says, and by what the call says before that", async () => {
    expect(await text({ maxNewTokens: 7 })).toHaveLength(7);
    expect(await text({ maxNewTokens: 7 }, { maxNewTokens: 9 })).toHaveLength(9);
    const likeliest = await text({}, { temperature: 0, maxNewTokens: 40 });
    expect(await text({ temperature: 0, maxNewTokens: 40 })).toBe(likeliest);
    expect(await text({ doSample: false, temperature: 3, maxNewTokens: 40 })).toBe(likeliest);
    expect(await text({ topK: 1, maxNewTokens: 40 })).toBe(likeliest);
    expect(await text({ topP: 1e-9, maxNewTokens: 40 })).toBe(likeliest);
    expect(await text({ minP: 1, maxNewTokens: 40 })).toBe(likeliest);
    const varied = await text({ maxNewTokens: 40 }, { temperature: 3 });
    expect(varied).not.toBe(likeliest);
    expect(await text({ doSample: false, maxNewTokens: 40 }, { temperature: 3 })).toBe(varied);
    expect(await text({ topK: 1, temperature: 3, maxNewTokens: 40 }, { topK: 0 })).toBe(varied);
    expect(await text({ repetitionPenalty: 5, temperature: 3, maxNewTokens: 40 })).not.toBe(varied);
  });

  test("ends at the token that ends a document: the tokenizer's, or the one the model names", async () => {
    const several = modelFor(documents);
    const ending = (more: Partial<LanguageModelParts>) =>
      all(
        generateEvents(modelWith(several, documents, more), "a", {
          temperature: 5,
          seed: 1,
          maxNewTokens: 500,
        }),
      );
    const end = (await ending({})).at(-1)!;
    if (end.type !== "end") throw new Error("no end");
    expect(end.finishReason).toBe("stop");
    expect(end.tokens).toBe(end.text.length + 1);
    expect(end.text).toMatch(/^[abc]*$/);
    const atB = (await ending({ generation: { eosTokenId: documents.encode("b")[0] } })).at(-1);
    expect(atB).toMatchObject({ finishReason: "stop", text: expect.not.stringContaining("b") });
  });
});
