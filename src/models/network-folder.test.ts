import { beforeAll, expect, test } from "vitest";
import { configOf, languageNetwork } from "../../test/language-parts.ts";
import { UnrolledError } from "../errors.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import { narrowWeights } from "../layers/narrow-weights.ts";
import type { NetworkConfig } from "../networks/config.ts";
import { Network } from "../networks/network.ts";
import { networkFrom } from "../networks/network-data.ts";
import { parameterShapes } from "../networks/parameter-shapes.ts";
import { Generator } from "../random/philox.ts";
import { exportedNetwork } from "../tasks/language/model/exported-network.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import type { ModelFiles } from "./model-files.ts";
import { networkFiles, openNetworkFolder } from "./network-folder.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const tagger: NetworkConfig = {
  inputs: [{ name: "xs", axes: ["B", "T", 3], kind: "float" }],
  layers: [
    {
      name: "gru",
      inputs: ["xs"],
      config: {
        kind: "gru",
        options: { inputSize: 3, hiddenSize: 4, numLayers: 2, direction: "bidirectional", batchFirst: true },
        returns: "sequence",
      },
    },
    { name: "norm", inputs: ["gru"], config: { kind: "layer-norm", size: 8, epsilon: 1e-5 } },
    { name: "head", inputs: ["norm"], config: { kind: "linear", inputSize: 8, outputSize: 2, bias: true } },
  ],
  outputs: [{ name: "tags", from: "head" }],
};

const reader = (files: ModelFiles) => async (name: string) => files[name];
const bytesOf = (text: string) => new TextEncoder().encode(text);

test("a network saved and opened puts out the same numbers", async () => {
  const network = new Network(device, tagger, { generator: new Generator(4) }).eval() as Network;
  const files = await networkFiles(network);
  const { network: opened } = await openNetworkFolder(device, reader(files));
  const xs = tensor(
    device,
    Float32Array.from({ length: 24 }, (_, index) => Math.cos(index)),
    [2, 4, 3],
  );
  const [before, after] = [network.forward({ xs }), opened.forward({ xs })];
  expect(await after.outputs.tags.toArray()).toEqual(await before.outputs.tags.toArray());
  expect(new TextDecoder().decode(files["README.md"])).toContain(
    "| gru | gru | xs | [B, T, 8] | inputSize 3,",
  );
});

test("files that do not fit each other are refused, by the tensor's name and before anything is built", async () => {
  const files = await networkFiles(new Network(device, tagger));
  const refused = async (changed: Partial<ModelFiles>) => {
    const error = await openNetworkFolder(device, reader({ ...files, ...changed } as ModelFiles)).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(UnrolledError);
    return (error as UnrolledError).message;
  };
  const config = new TextDecoder().decode(files["config.json"]);
  const huge = bytesOf(config.replaceAll('"hiddenSize": 4', '"hiddenSize": 4000000'));
  expect(await refused({ "config.json": huge })).toMatch(
    /^config\.json: network: layer norm \(layer-norm\) reads/,
  );
  const wider = bytesOf(config.replaceAll('"outputSize": 2', '"outputSize": 60000000'));
  expect(await refused({ "config.json": wider })).toContain(
    "tensor head.weight has shape [2, 8] and 16 numbers, needed",
  );
  expect(await refused({ "config.json": bytesOf("[1]") })).toContain("config.json: it holds no JSON object");
  expect(await refused({ "config.json": bytesOf('{"model_type": "gpt"}') })).toContain(
    'needed "unrolled-network"',
  );
  const { "head.bias": _, ...rest } = readSafetensors(files["model.safetensors"]);
  expect(
    await refused({ "model.safetensors": writeSafetensors({ ...rest, other: rest["norm.bias"] }) }),
  ).toBe("model.safetensors: network: tensor other is not part of it; tensor head.bias [2] is missing");
});

test("the shapes that a configuration names are those of the network built from it", () => {
  const shapes = [...new Network(device, tagger).namedParameters()].map(([name, { shape }]) => [name, shape]);
  expect([...parameterShapes(tagger)]).toEqual(shapes);
});

test.each(["lstm", "gru", "elman"] as const)("a language model of %s cells is a network", async (cell) => {
  const model = languageNetwork(device, {
    ...{ cell, nonlinearity: "relu", vocabularySize: 9, embeddingSize: 5, hiddenSize: 5, numLayers: 2 },
    ...{ dropout: 0.2, tieWeights: true, tokenizer: "char" },
  }).eval() as Network;
  const data = await exportedNetwork({ network: model, config: configOf(model) });
  const network = networkFrom(device, data);
  const own = model.forward({ ids: ints(device, [3, 1, 4, 8], [4, 1]) });
  const { outputs, state } = network.forward({ ids: ints(device, [3, 1, 4, 8], [1, 4]) });
  expect(await outputs.logits.toArray()).toEqual(await own.outputs.logits.toArray());
  expect(await state.rnn.h.toArray()).toEqual(await own.state.rnn.h.toArray());
});

test("a folder names a tied weight twice, in fewer bits too, and opens with it once", async () => {
  const config: NetworkConfig = {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      { name: "encoder", inputs: ["ids"], config: { kind: "embedding", vocabularySize: 5, size: 4 } },
      {
        name: "decoder",
        inputs: ["encoder"],
        config: {
          kind: "linear",
          inputSize: 4,
          outputSize: 5,
          bias: true,
          weight: { tied: "encoder.weight" },
        },
      },
    ],
    outputs: [{ name: "logits", from: "decoder" }],
  };
  for (const precision of [undefined, "float16", "int8"] as const) {
    const network = new Network(device, config, { generator: new Generator(4) });
    if (precision) narrowWeights(network, precision);
    const files = await networkFiles(network);
    const names = Object.keys(readSafetensors(files["model.safetensors"]));
    expect(names).toEqual(expect.arrayContaining(["encoder.weight", "decoder.weight", "decoder.bias"]));
    const { network: opened } = await openNetworkFolder(device, reader(files));
    const ids = ints(device, [0, 3, 4], [1, 3]);
    const [before, after] = [network, opened].map((model) => model.forward({ ids }).outputs.logits);
    expect(await after.toArray()).toEqual(await before.toArray());
    expect([...opened.namedParameters().keys()]).toEqual(["encoder.weight", "decoder.bias"]);
  }
});
