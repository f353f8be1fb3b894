import { describe, expect, it } from "vitest";
import { languageNetwork, logitsOf, modelWith, readerOf, weightOf } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { tokensOf } from "../../../data/tokens.ts";
import type { Linear } from "../../../layers/linear.ts";
import type { Network } from "../../../networks/network.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { ints } from "../../../tensor/tensor.ts";
import { estimate, evaluate, score, scoredText } from "../evaluation/evaluate.ts";
import { modelFiles } from "../folder/language-folder.ts";
import { openLanguageModel } from "../folder/open-language-model.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";

const text = "the quick brown fox jumps over the lazy dog. ".repeat(40);
const tokenizer = trainTokenizer({ kind: "char", text });
const device = await openDevice({ backend: "wasm" });
const configOf = (
  cell: LanguageModelConfig["cell"],
  more: Partial<LanguageModelConfig> = {},
): LanguageModelConfig => ({
  cell,
  nonlinearity: "tanh",
  vocabularySize: tokenizer.vocabularySize,
  embeddingSize: 7,
  hiddenSize: 13,
  numLayers: 2,
  dropout: 0.3,
  tieWeights: false,
  tokenizer: "char",
  ...more,
});
const modelOf = (cell: LanguageModelConfig["cell"], more: Partial<LanguageModelConfig> = {}) =>
  languageNetwork(device, configOf(cell, more), new Generator(3));

/** −log softmax of one row of logits at a target, in float64. */
function lossOf(logits: ArrayLike<number>, target: number): number {
  const most = Math.max(...Array.from(logits));
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += Math.exp(logits[index] - most);
  return Math.log(sum) + most - logits[target];
}

describe.each(["elman", "gru", "lstm"] as const)("a language model with %s cells", (cell) => {
  const model = modelOf(cell).eval() as Network;

  it("gives the same logits one token at a time as over the whole sequence", async () => {
    const ids = tokenizer.encode(text.slice(0, 50));
    const whole = await device.scope(() => logitsOf(model, ints(device, ids, [ids.length, 1]))).toArray();
    const session = readerOf(model);
    session.reset();
    const v = tokenizer.vocabularySize;
    ids.forEach((id, t) => {
      const logits = session.step(id);
      for (let k = 0; k < v; k++)
        expect(Math.abs(logits[k] - whole[t * v + k]), `logits[${t}, ${k}]`).toBeLessThan(1e-6);
    });
  });

  it("goes back to a state it was in, and takes nothing from the heap for a step", () => {
    const session = readerOf(model);
    session.reset();
    session.step(3);
    const used = device.heap.use().usedBytes;
    const snapshot = session.state();
    const first = Float32Array.from(session.step(5));
    session.step(1);
    session.restore(snapshot);
    expect(session.step(5)).toEqual(first);
    expect(device.heap.use().usedBytes).toBe(used);
  });

  it("gives the same bits after an odd and after an even number of steps, and sees weights that were changed", async () => {
    const session = readerOf(model);
    session.reset();
    session.step(3);
    const snapshot = session.state();
    const first = Float32Array.from(session.step(5));
    session.restore(snapshot);
    expect(session.step(5)).toEqual(first);
    const weight = weightOf(model, "encoder.weight");
    const before = await weight.toArray();
    weight.assign(before.map((value) => value + 0.5));
    session.restore(snapshot);
    const changed = Float32Array.from(session.step(5));
    const anew = readerOf(model);
    anew.restore(snapshot);
    expect(changed).toEqual(anew.step(5));
    expect(changed).not.toEqual(first);
    weight.assign(before);
  });

  it("is measured by the definition: one stream from state zero, its first token given", async () => {
    const sample = text.slice(0, 700);
    const scored = scoredText(tokenizer, sample);
    const found = await score(model, tokenizer, [scored]);
    const session = readerOf(model);
    session.reset();
    const losses: number[] = [];
    for (let t = 0; t + 1 < scored.ids.length; t++)
      losses.push(lossOf(session.step(scored.ids[t]), scored.ids[t + 1]));
    const total = losses.reduce((sum, loss) => sum + loss, 0);
    expect(found.tokens).toBe(699);
    expect(found.characters).toBe(699);
    expect(found.lossNats).toBeCloseTo(total / 699, 5);
    expect(found.perplexity).toBeCloseTo(Math.exp(total / 699), 3);
    expect(found.bitsPerCharacter).toBeCloseTo(total / 699 / Math.LN2, 5);
    const means = Array.from({ length: 100 }, (_, block) => {
      const part = losses.slice(Math.floor((block * 699) / 100), Math.floor(((block + 1) * 699) / 100));
      return part.reduce((sum, loss) => sum + loss, 0) / part.length;
    });
    const mean = means.reduce((sum, value) => sum + value, 0) / 100;
    const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 99);
    expect(found.standardErrorNats).toBeCloseTo(deviation / 10, 5);
  });
});

describe("evaluate", () => {
  const model = modelOf("gru");

  it("pools texts, each from state zero, and counts unknown characters", async () => {
    const [a, b] = [text.slice(0, 300), `${text.slice(0, 99)}é`].map((part) => scoredText(tokenizer, part));
    const [one, two, both] = [
      await score(model, tokenizer, [a]),
      await score(model, tokenizer, [b]),
      await score(model, tokenizer, [a, b]),
    ];
    expect(both.tokens).toBe(299 + 99);
    expect(both.lossNats).toBeCloseTo((one.lossNats * 299 + two.lossNats * 99) / 398, 6);
    expect([one.unknownTokens, both.unknownTokens]).toEqual([0, 1]);
  });

  it("does not drop entries, and leaves the model as it was", async () => {
    const scored = scoredText(tokenizer, text);
    model.train();
    expect(await score(model, tokenizer, [scored])).toEqual(await score(model, tokenizer, [scored]));
    expect(model.training).toBe(true);
  });

  it("takes texts as they are", async () => {
    const scored = await score(model, tokenizer, [scoredText(tokenizer, text)]);
    expect(await evaluate({ network: model, tokenizer }, [text])).toEqual(scored);
  });

  it("refuses a text with nothing to predict", async () => {
    await expect(score(model, tokenizer, [scoredText(tokenizer, "t")])).rejects.toThrow(
      /fewer than 2 tokens/,
    );
  });

  it("is estimated closely by parallel streams", async () => {
    const scored = scoredText(tokenizer, text);
    const [exact, quick] = [
      await score(model, tokenizer, [scored]),
      await estimate(model, tokenizer, scored),
    ];
    expect(quick.lossNats).toBeCloseTo(exact.lossNats, 1);
  });

  it("measures tokens that are read from elsewhere as it measures those in memory", async () => {
    const scored = scoredText(tokenizer, `${text}é`);
    const asTokens = { ...scored, ids: tokensOf(scored.ids) };
    expect(await score(model, tokenizer, [asTokens])).toEqual(await score(model, tokenizer, [scored]));
    expect(await estimate(model, tokenizer, asTokens)).toEqual(await estimate(model, tokenizer, scored));
    expect((await estimate(model, tokenizer, { ...asTokens, unknownTokens: 5 })).unknownTokens).toBe(5);
  });

  it("counts code points of bytes, without those that start in the first", () => {
    const bytes = new TextEncoder().encode("é→a");
    const byteTokenizer = trainTokenizer({ kind: "byte", text: "" });
    expect(scoredText(byteTokenizer, bytes)).toMatchObject({ characters: 2 });
    expect(scoredText(byteTokenizer, bytes).ids.length).toBe(6);
  });
});

describe("a model's folder", () => {
  const model = modelOf("lstm");
  const filesOf = async (of: Network) =>
    modelFiles(modelWith(of, tokenizer, { training: { seed: 3, seqLength: 8 } }));
  const reader = (files: Record<string, Uint8Array>) => async (name: string) => files[name];
  const changed = (bytes: Uint8Array, change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(new TextDecoder().decode(bytes));
    change(json);
    return new TextEncoder().encode(JSON.stringify(json));
  };

  it("is opened as it was saved", async () => {
    const opened = await openLanguageModel(device, reader(await filesOf(model)));
    expect(opened.config).toEqual(configOf("lstm"));
    expect(opened.training).toEqual({ seed: 3, seqLength: 8 });
    expect(await opened.network.stateDict()).toEqual(await model.stateDict());
  });

  it("names tensors as PyTorch does, a tied weight twice", async () => {
    const tied = modelOf("lstm", { tieWeights: true, embeddingSize: 13 });
    const files = await filesOf(tied);
    const names = Object.keys(
      JSON.parse(
        new TextDecoder().decode(files["model.safetensors"].subarray(8)).split("}}")[0].concat("}}"),
      ),
    );
    expect(names.filter((name) => name !== "__metadata__").sort()).toEqual(
      ["decoder.bias", "decoder.weight", "encoder.weight"]
        .concat(
          [0, 1].flatMap((layer) =>
            ["bias_hh", "bias_ih", "weight_hh", "weight_ih"].map((id) => `rnn.${id}_l${layer}`),
          ),
        )
        .sort(),
    );
    const opened = await openLanguageModel(device, reader(files));
    expect((opened.network.layers.get("decoder") as Linear).weight).toBe(
      weightOf(opened.network, "encoder.weight"),
    );
  });

  it.each([
    ["config.json", () => new Uint8Array([123]), /config\.json: it is no JSON/],
    [
      "config.json",
      (files: Record<string, Uint8Array>) =>
        changed(files["config.json"], (json) => {
          json.hidden_size = 14;
        }),
      /model\.safetensors: tensor rnn\.weight_ih_l0 has shape \[52, 7\], config\.json makes it \[56, 7\]/,
    ],
    [
      "config.json",
      (files: Record<string, Uint8Array>) =>
        changed(files["config.json"], (json) => {
          json.hidden_size = 0;
        }),
      /config\.json: .*hiddenSize is 0/,
    ],
    [
      "config.json",
      (files: Record<string, Uint8Array>) =>
        changed(files["config.json"], (json) => {
          json.model_type = "bert";
        }),
      /config\.json: model_type is "bert"/,
    ],
    [
      "config.json",
      (files: Record<string, Uint8Array>) =>
        changed(files["config.json"], (json) => {
          json.num_layers = 1;
        }),
      /model\.safetensors: tensor rnn\.\w+_l1 is not part/,
    ],
    ["tokenizer.json", () => new TextEncoder().encode("{}"), /tokenizer\.json/],
    [
      "config.json",
      (files: Record<string, Uint8Array>) =>
        changed(files["config.json"], (json) => {
          json.tokenizer = "word";
        }),
      /tokenizer\.json: it is a tokenizer of kind "char", config\.json says "word"/,
    ],
    [
      "model.safetensors",
      (files: Record<string, Uint8Array>) => files["model.safetensors"].subarray(0, 900),
      /model\.safetensors/,
    ],
  ])("says what is wrong with %s", async (file, damage, message) => {
    const files = await filesOf(model);
    files[file] = damage(files);
    await expect(openLanguageModel(device, reader(files))).rejects.toThrow(message);
  });
});
