import { describe, expect, test } from "vitest";
import { languageNetwork, modelWith, readerOf } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { readSafetensors, readStoredSafetensors } from "../../../formats/safetensors.ts";
import { writeSafetensors } from "../../../formats/write-safetensors.ts";
import { narrowWeights } from "../../../layers/narrow-weights.ts";
import type { ModelFiles } from "../../../models/model-files.ts";
import { networkFiles, openNetworkFolder } from "../../../models/network-folder.ts";
import type { NetworkConfig } from "../../../networks/config.ts";
import { Network } from "../../../networks/network.ts";
import { openModel } from "../../../open/open-model.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { ints, tensor } from "../../../tensor/tensor.ts";
import { evaluateDynamically } from "../evaluation/dynamic-evaluate.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { modelFiles } from "../folder/language-folder.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";

const text = "the quick brown fox jumps over the lazy dog. ".repeat(10);
const tokenizer = trainTokenizer({ kind: "char", text });
const device = await openDevice();
const precisions = ["float16", "int8"] as const;

function modelOf(more: Partial<LanguageModelConfig> = {}): Network {
  const config: LanguageModelConfig = {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 32 },
    ...{ hiddenSize: 32, numLayers: 2, dropout: 0.3, tieWeights: false, tokenizer: "char", ...more },
  };
  return languageNetwork(device, config, new Generator(3)).eval() as Network;
}

const logitsOf = (model: Network, ids: ArrayLike<number>) =>
  device
    .withoutGradients(() => model.forward({ ids: ints(device, ids, [ids.length, 1]) }))
    .outputs.logits.toArray();

/** The files with one of their tensors changed. */
function withTensors(
  files: ModelFiles,
  change: (tensors: ReturnType<typeof readStoredSafetensors>) => void,
): ModelFiles {
  const tensors = readStoredSafetensors(files["model.safetensors"]);
  change(tensors);
  return { ...files, "model.safetensors": writeSafetensors(tensors) };
}

describe.each(precisions)("%s", (precision) => {
  test.each([{}, { tieWeights: true }, { cell: "gru" }] as const)(
    "a model keeps its numbers through its files, and loses next to nothing: %o",
    async (more) => {
      const before = await evaluate({ network: modelOf(more), tokenizer }, [text]);
      const model = narrowWeights(modelOf(more), precision);
      const after = await evaluate({ network: model, tokenizer }, [text]);
      expect(after.lossNats).not.toBe(before.lossNats);
      expect(Math.abs(after.lossNats - before.lossNats)).toBeLessThan(precision === "int8" ? 2e-3 : 2e-4);

      const whole = await modelFiles(modelWith(modelOf(more), tokenizer));
      const files = await modelFiles(modelWith(model, tokenizer));
      const share = files["model.safetensors"].length / whole["model.safetensors"].length;
      expect(share).toBeLessThan(precision === "int8" ? 0.33 : 0.56);
      const opened = await openModel(files, { device, task: "language" });
      const ids = tokenizer.encode(text.slice(0, 30));
      expect(await logitsOf(opened.network, ids)).toEqual(await logitsOf(model, ids));
      const again = await modelFiles(opened);
      expect(again["model.safetensors"]).toEqual(files["model.safetensors"]);
    },
  );

  test("token by token is the whole sequence, with a table of first sums and without", async () => {
    for (const vocabulary of [tokenizer.vocabularySize, 600]) {
      const model = narrowWeights(modelOf({ vocabularySize: vocabulary }), precision);
      const session = readerOf(model);
      const ids = [...tokenizer.encode(text.slice(0, 10)), vocabulary - 1];
      const whole = await logitsOf(model, ids);
      for (const [t, id] of ids.entries()) {
        for (const [k, logit] of session.step(id).entries())
          expect(Math.abs(logit - whole[t * vocabulary + k]), `logits[${t}, ${k}]`).toBeLessThan(1e-6);
      }
    }
  });

  test("opened as float32 a model learns; as it is stored it says why not", async () => {
    const files = await modelFiles(modelWith(narrowWeights(modelOf(), precision), tokenizer));
    const stored = await openModel(files, { device, task: "language" });
    const refusal = `stored as ${precision}, for inference alone`;
    await expect(evaluateDynamically(stored, [text])).rejects.toThrow(refusal);
    const whole = await openModel(files, { device, weights: "float32", task: "language" });
    expect(whole.network.parameters().some(({ frozen }) => frozen)).toBe(false);
    expect((await evaluateDynamically(whole, [text])).lossNats).toBeGreaterThan(0);
    const ids = tokenizer.encode("the fox");
    const [one, other] = [await logitsOf(stored.network, ids), await logitsOf(whole.network, ids)];
    for (const [index, logit] of one.entries()) expect(Math.abs(logit - other[index])).toBeLessThan(2e-6);
  });

  test("once it has been used, it takes a fraction of the memory", async () => {
    const files = await modelFiles(
      modelWith(narrowWeights(modelOf({ hiddenSize: 250 }), precision), tokenizer),
    );
    const [narrow, whole] = await Promise.all(
      (["stored", "float32"] as const).map(async (weights) => {
        const own = await openDevice();
        const { network } = await openModel(files, { device: own, weights, task: "language" });
        readerOf(network).step(0);
        return own.heap.use().usedBytes;
      }),
    );
    // As float32 a weight stands there twice, packed and as it is.
    expect(narrow).toBeLessThan(whole * (precision === "int8" ? 0.2 : 0.35));
  });

  test("a network keeps its numbers through its files", async () => {
    const options = { inputSize: 3, hiddenSize: 8, resetAfter: false } as const;
    const config: NetworkConfig = {
      inputs: [{ name: "xs", axes: ["T", "B", 3], kind: "float" }],
      layers: [
        { name: "gru", inputs: ["xs"], config: { kind: "gru", options, returns: "sequence" } },
        {
          name: "head",
          inputs: ["gru"],
          config: { kind: "linear", inputSize: 8, outputSize: 2, bias: true },
        },
      ],
      outputs: [{ name: "ys", from: "head" }],
    };
    const network = new Network(device, config, { generator: new Generator(4) }).eval() as Network;
    const files = await networkFiles(narrowWeights(network, precision));
    const { dtype } = readSafetensors(files["model.safetensors"])["gru.weight_hh_l0"];
    expect(dtype).toBe(precision === "int8" ? "I8" : "F16");
    const { network: opened } = await openNetworkFolder(device, async (name) => files[name]);
    const xs = tensor(device, new Generator(1).evenly(12, 1)!, [2, 2, 3]);
    const [before, after] = [network, opened].map((each) => each.forward({ xs }).outputs.ys.toArray());
    expect(await after).toEqual(await before);
    expect(await networkFiles(opened)).toEqual(files);
  });
});

test("bytes without fitting scales are refused by name", async () => {
  const files = await modelFiles(modelWith(narrowWeights(modelOf(), "int8"), tokenizer));
  const name = "decoder.weight";
  const [rows, scale] = [tokenizer.vocabularySize, `${name}.scale`];
  const cases: readonly [string, Parameters<typeof withTensors>[1]][] = [
    ["its scales, decoder.weight.scale, are missing", (tensors) => delete tensors[scale]],
    [
      `its scales are F32 [2], needed F32 [${rows}]`,
      (tensors) => {
        tensors[scale] = { dtype: "F32", shape: [2], data: new Float32Array(2) };
      },
    ],
    ["its scales must be finite", (tensors) => tensors[scale].data.fill(Number.NaN as never)],
    ["it is I8 and holds −128", (tensors) => tensors[name].data.fill(-128 as never)],
    [
      "tensor decoder.bias.scale is not part of the model",
      (tensors) => {
        tensors["decoder.bias.scale"] = { dtype: "F32", shape: [1], data: new Float32Array(1) };
      },
    ],
    [
      "only matrices can be stored as bytes",
      (tensors) => {
        tensors["decoder.bias"] = { dtype: "I8", shape: [rows], data: new Int8Array(rows) };
      },
    ],
  ];
  for (const [message, change] of cases)
    await expect(openModel(withTensors(files, change), { device }), message).rejects.toThrow(message);
});
