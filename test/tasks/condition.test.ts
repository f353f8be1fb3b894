// Language models that are told a category of each text: what they learn, forget between texts, write, and say of wrong categories.
import { beforeAll, describe, expect, it } from "vitest";
import { evaluateConditioned } from "../../src/entries/training.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import {
  type Device,
  generate,
  LanguageModel,
  languageModel,
  type ModelFiles,
  Network,
  openDevice,
  openModel,
} from "../../src/index.ts";
import { crossEntropy } from "../../src/losses/cross-entropy.ts";
import { documentBatches } from "../../src/tasks/language/condition/document-batches.ts";
import { documentsOf } from "../../src/tasks/language/condition/documents.ts";
import { scoreDocuments } from "../../src/tasks/language/condition/score-documents.ts";
import { exportedNetwork } from "../../src/tasks/language/model/exported-network.ts";
import { ints, zeros } from "../../src/tensor/tensor.ts";
import { expectClose, runInBoth } from "../onnx/runtime.ts";
import { LETTERS, last, records, type Told, told } from "./conditioned-runs.ts";

let device: Device;
let files: ModelFiles;
let events: readonly Told[];
let model: LanguageModel;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
  events = await told({ train: records });
  files = last(events, "model").files as ModelFiles;
  model = await openModel(files, { device, task: "language" });
}, 120_000);

async function written(options: object, prompt = ""): Promise<string> {
  let text = "";
  for await (const piece of generate(model, prompt, { maxNewTokens: 12, ...options })) text += piece;
  return text;
}

describe("a language model with a condition", () => {
  it("writes texts of the category that it is given, from their beginning", async () => {
    for (const [condition, letter] of Object.entries(LETTERS))
      for (let seed = 0; seed < 5; seed++)
        expect(await written({ condition, seed }), condition).toMatch(new RegExp(`^${letter}+[aeiou]z$`));
    expect(await written({ condition: "low", temperature: 0 }, "hh")).not.toMatch(/l/);
  });

  it("predicts what its category says, and by itself what all texts have", async () => {
    const chances = async (condition?: string) => {
      const { tokens } = await model.predict("", { condition, top: 4 });
      return Object.fromEntries(tokens.map(({ token, probability }) => [token, probability]));
    };
    for (const [condition, letter] of Object.entries(LETTERS))
      expect((await chances(condition))[letter], condition).toBeGreaterThan(0.9);
    for (const letter of Object.values(LETTERS)) {
      expect((await chances())[letter]).toBeGreaterThan(0.15);
      expect((await chances())[letter]).toBeLessThan(0.6);
    }
  });

  it("is measured with the category and without", async () => {
    const { lossNats, lossNatsWithoutCondition } = last(events, "end").evaluation as Record<string, number>;
    // The first letter is one of three without it.
    expect(lossNatsWithoutCondition - lossNats).toBeGreaterThan(0.1);
    const found = await evaluateConditioned(model, records);
    expect(found.tokens).toBe(records.reduce((sum, { text }) => sum + text.length + 1, 0));
    expect(found.characters).toBe(records.reduce((sum, { text }) => sum + text.length, 0));
    expect(found.lossNatsWithoutCondition! - found.lossNats).toBeGreaterThan(0.1);
    const hidden = records.map(({ text }) => ({ text, condition: "" }));
    expect((await evaluateConditioned(model, hidden)).lossNats).toBeCloseTo(
      found.lossNatsWithoutCondition!,
      6,
    );
  });

  it("names the nearest category, and all, for one that it has not learned", async () => {
    await expect(written({ condition: "hihg" })).rejects.toThrow(
      'condition is "hihg", needed one of height: high, low, middle; did you mean high?',
    );
    await expect(model.predict("h", { condition: "?" })).rejects.toThrow(
      /needed one of height: high, low, middle$/,
    );
    await expect(evaluateConditioned(model, [{ text: "h", condition: "lo" }])).rejects.toThrow(
      "did you mean low?",
    );
  });

  it("runs, streams and pools the same numbers, with ids of categories beside those of tokens", async () => {
    const ids = [...model.tokenizer.encode("hhaz")];
    const condition = ids.map(() => 1);
    const shape = [1, ids.length];
    expect(model.inputs).toEqual([
      { name: "ids", axes: ["B", "T"], kind: "int" },
      { name: "condition", axes: ["B", "T"], kind: "int" },
    ]);
    const { logits } = await model.run({ ids: { shape, data: ids }, condition: { shape, data: condition } });
    const session = model.session();
    const stepped = ids.flatMap((id) => [
      ...(session.step({ ids: [id], condition: [1] }).logits.data as Float32Array),
    ]);
    expect(stepped.length).toBe(logits.data.length);
    for (const [place, value] of stepped.entries()) expect(value).toBeCloseTo(logits.data[place], 4);
    await expect(model.run({ ids: [[1, 2]], condition: [[1]] })).rejects.toThrow(
      "condition is [1, 1], needed [1, 2]",
    );
    await expect(model.run({ ids: [[1]], condition: [[4]] })).rejects.toThrow(
      "condition is 4, needed 0 to 3",
    );
    expect(() => session.step({ ids: [1] } as never)).toThrow(/condition/);
  });

  it("is written as ONNX with the condition as an input", async () => {
    const ids = ints(device, [...model.tokenizer.encode("llb"), 1, 2, 3], [2, 3]);
    const condition = ints(device, [2, 2, 2, 3, 3, 3], [2, 3]);
    const file = writeOnnx(await exportedNetwork(model));
    const before = zeros(device, [1, 2, 24]);
    const feeds = { ids, condition, "rnn.h_0": before, "rnn.c_0": before };
    const [theirs, ours] = await runInBoth(device, file, feeds);
    const { logits } = await model.run({ ids, condition } as never);
    expectClose(theirs.logits, logits.shape, logits.data as Float32Array);
    expectClose(ours.logits, logits.shape, logits.data as Float32Array);
  });

  it("is the same after it was saved and opened", async () => {
    const again = await openModel(await model.files(), { device, task: "language" });
    expect(again.config).toEqual(model.config);
    expect(again.config.condition).toEqual({
      name: "height",
      categories: ["high", "low", "middle"],
      size: 16,
    });
    const text = async (from: LanguageModel) => {
      let all = "";
      for await (const piece of generate(from, "", { condition: "low", seed: 3 })) all += piece;
      return all;
    };
    expect(await text(again)).toBe(await text(model));
    const broken = { ...files, "config.json": changed(files["config.json"], { categories: ["a", "a"] }) };
    await expect(openModel(broken, { device })).rejects.toThrow(/config\.json: .*condition\.categories/);
  });
});

function changed(file: Uint8Array, condition: object): Uint8Array {
  const config = JSON.parse(new TextDecoder().decode(file));
  return new TextEncoder().encode(
    JSON.stringify({ ...config, condition: { ...config.condition, ...condition } }),
  );
}

describe("a model under one category", () => {
  it.each([
    ["a trained model", () => model],
    ["one with tied weights and two layers", tied],
  ])("gives the numbers of %s, and reads tokens alone", async (_, made) => {
    const whole = made();
    const ids = Int32Array.of(...whole.tokenizer.encode("hhaz"), 2);
    for (const [place, category] of [undefined, "high", "low", "middle"].entries()) {
      const own = await whole.conditionedOn(category);
      expect(own.inputs.map(({ name }) => name)).toEqual(["ids"]);
      const shape = [1, ids.length];
      const condition = { shape, data: new Int32Array(ids.length).fill(place) };
      const { logits } = await whole.run({ ids: { shape, data: ids }, condition });
      expect((await own.run({ ids: { shape, data: ids } })).logits).toEqual(logits);
      const opened = await openModel(await own.files(), { device, task: "language" });
      expect(opened.config).toEqual(own.config);
    }
    await expect(whole.conditionedOn("lo")).rejects.toThrow("did you mean low?");
  });

  it("is itself where there is no condition", async () => {
    const own = await model.conditionedOn("low");
    expect(await own.conditionedOn()).toBe(own);
    await expect(own.conditionedOn("low")).rejects.toThrow("the model was trained without a condition");
    await expect(evaluateConditioned(own, records)).rejects.toThrow("without a condition");
  });

  function tied(): LanguageModel {
    const { tokenizer, config } = model;
    const own = { ...config, numLayers: 2, embeddingSize: config.hiddenSize, tieWeights: true };
    const network = new Network(device, languageModel(own)).eval() as Network;
    return new LanguageModel({ network, config: own, tokenizer });
  }
});

describe("documents side by side", () => {
  const long = [
    { text: "h".repeat(70) + "z".repeat(75), condition: "high" },
    { text: "laz", condition: "low" },
    { text: "m".repeat(9), condition: "" },
  ];
  const documents = () => documentsOf("test", model.tokenizer, model.config.condition!, long);

  it("are each read as if they were alone, whole, whatever stands beside them", async () => {
    const together = await scoreDocuments(
      model.network,
      model.tokenizer,
      model.config.condition!,
      documents(),
    );
    let total = 0;
    for (const { ids, condition } of documents()) {
      const steps = ids.length - 1;
      const given = {
        ids: ints(device, ids.subarray(0, steps), [steps, 1]),
        condition: ints(device, new Int32Array(steps).fill(condition[0]), [steps, 1]),
      };
      const { outputs } = model.network.forward(given);
      total += steps * (await crossEntropy(outputs.logits, ints(device, ids.subarray(1), [steps, 1])).item());
    }
    expect(together.lossNats * together.tokens).toBeCloseTo(total, 2);
  });

  it("give every prediction once in each epoch, a share of them without their category", () => {
    const many = documentsOf("test", model.tokenizer, model.config.condition!, [...records, ...long]);
    const options = { batchSize: 8, seqLength: 4, seed: 5, hidden: 0.3, unknown: Int32Array.of(0) };
    const { batch, batchesPerEpoch } = documentBatches(many, options);
    const epochs = [0, 1].map((epoch) => {
      const seen = { targets: 0, hidden: 0, order: "" };
      for (let index = 0; index < batchesPerEpoch; index++) {
        const { parts, units } = batch({ epoch, batch: index }, [5, 3]);
        let counted = 0;
        for (const part of parts) {
          const { targets, conditions } = part!.share;
          for (const [at, target] of targets.entries()) {
            if (target < 0) continue;
            counted += 1;
            if (conditions![at] === 0) seen.hidden += 1;
          }
          seen.order += String(targets);
        }
        expect(units).toBe(counted);
        seen.targets += counted;
      }
      return seen;
    });
    const predictions = many.reduce((sum, { ids }) => sum + ids.length - 1, 0);
    for (const { targets, hidden } of epochs) {
      expect(targets).toBe(predictions);
      expect(hidden).toBeGreaterThan(0);
      expect(hidden).toBeLessThan(predictions);
    }
    expect(epochs[0].order).not.toBe(epochs[1].order);
    expect(documentBatches(many, options).batch({ epoch: 1, batch: 2 }, [5, 3])).toEqual(
      batch({ epoch: 1, batch: 2 }, [5, 3]),
    );
  });

  it("carry the state from sequence to sequence and begin anew with the next", () => {
    const { batch, batchesPerEpoch } = documentBatches(documents(), {
      ...{ batchSize: 2, seqLength: 16, seed: 1, hidden: 0, unknown: Int32Array.of(0) },
    });
    const begins = Array.from(
      { length: batchesPerEpoch },
      (_, index) => batch({ epoch: 0, batch: index }, [2]).parts[0]!.share.startsAnew,
    );
    // Two groups: the long one has 146 predictions.
    expect(begins.filter(Boolean).length).toBe(2);
    expect(batchesPerEpoch).toBe(1 + Math.ceil(146 / 16));
  });
});
