// Models of every format that is read, with inputs for them.

import { readFileSync } from "node:fs";
import {
  type Device,
  Generator,
  type ModelFiles,
  Network,
  type NetworkConfig,
  type OpenModelOptions,
  trainTokenizer,
} from "unrolled";
import { writeSafetensors } from "unrolled/formats/safetensors";
import type { LayerConfig } from "unrolled/network";
import { networkFiles } from "../src/models/network-folder.ts";
import type { ReadModelOptions } from "../src/open/read-model.ts";
import { modelFiles } from "../src/tasks/language/folder/language-folder.ts";
import { languageNetwork, modelWith } from "./language-parts.ts";
import { modelFile } from "./onnx/build.ts";

/** A tensor in a fixture. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A model as it lies somewhere, and how it is opened. */
export interface Source {
  readonly name: string;
  /** A file's bytes, or the files of a folder. */
  readonly content: Uint8Array | ModelFiles;
  readonly options?: OpenModelOptions;
  /** Of Keras: what `model.to_json()` gives. */
  readonly kerasConfig?: string;
  readonly inputs: readonly Numbers[];
  /** What somebody else's program gives; what this library gives for the source itself, if there is nothing else. */
  readonly outputs?: readonly Numbers[];
}

export const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const json = (name: string) => JSON.parse(new TextDecoder().decode(fixture(name)));
const waves = (...shape: number[]): Numbers => ({
  shape,
  data: Array.from(
    { length: shape.reduce((size, length) => size * length, 1) },
    (_, index) => Math.sin(1 + index) * 1.5,
  ),
});

function keras(): Source[] {
  const cases = json("keras/models.json") as (Source & { file: string; config?: string })[];
  const files = cases.map(({ name, file, config, inputs, outputs }) => ({
    name: `keras: ${name}`,
    content: fixture(`keras/${file}`),
    ...(config === undefined ? {} : { options: { config }, kerasConfig: config }),
    inputs,
    outputs: outputs!,
  }));
  const saved = json("keras/tensorflow-js.json") as (Source & {
    model: { modelTopology: { model_config?: object } };
    weights: string;
  })[];
  const folders = saved.map(({ name, model, weights, inputs, outputs }) => ({
    name: `tensorflow-js: ${name}`,
    content: new TextEncoder().encode(JSON.stringify(model)),
    options: { read: async () => new Uint8Array(Buffer.from(weights, "base64")) },
    kerasConfig: JSON.stringify(model.modelTopology.model_config ?? model.modelTopology),
    inputs,
    outputs: outputs!,
  }));
  return [...files, ...folders];
}

function stateDicts(): Source[] {
  const saved = json("pytorch/networks.json") as Record<
    string,
    { tensors: Record<string, Numbers>; inputs: Numbers; outputs: Numbers }
  >;
  const file = (name: string) =>
    writeSafetensors(
      Object.fromEntries(
        Object.entries(saved[name].tensors).map(([key, { shape, data }]) => [
          key,
          { shape, data: Float32Array.from(data) },
        ]),
      ),
    );
  const source = (name: string, options: ReadModelOptions = {}, outputs = true): Source => ({
    name: `safetensors: ${name} ${JSON.stringify(options)}`,
    content: file(name),
    options,
    inputs: [saved[name].inputs],
    ...(outputs ? { outputs: [saved[name].outputs] } : {}),
  });
  return [
    { name: "pytorch: tagger", content: fixture("pytorch/tagger.pt"), inputs: [saved.tagger.inputs] },
    source("tagger", { returns: "last" }, false),
    source("tagger", { activations: { decoder: "relu" } }, false),
    source("lstm"),
    source("lstm", { returns: "last" }, false),
    source("gru"),
    source("rnn", { nonlinearity: "relu" }, false),
    source("rnn", { nonlinearity: "tanh" }, false),
    { ...source("basic"), name: "basic-lstm" },
    { ...source("basic", { forgetBias: 0 }, false), name: "basic-lstm without a forget bias" },
  ];
}

/** Networks of one layer, with what foreign formats seldom have. */
const LAYERS: Readonly<Record<string, LayerConfig>> = {
  "LSTM with peepholes, a projection and bounds": {
    kind: "lstm",
    options: {
      inputSize: 3,
      hiddenSize: 4,
      projectionSize: 2,
      peepholes: true,
      cellClip: 1,
      batchFirst: true,
    },
    returns: "sequence",
  },
  "coupled LSTM": {
    kind: "lstm",
    options: { inputSize: 3, hiddenSize: 4, coupled: true, gateClip: 2, batchFirst: true },
    returns: "last",
  },
  "layer-normalised LSTM": {
    kind: "lstm",
    options: { inputSize: 3, hiddenSize: 4, layerNorm: true, batchFirst: true },
    returns: "sequence",
  },
  "LSTM that keeps its values": {
    kind: "lstm",
    options: { inputSize: 3, hiddenSize: 4, zoneout: { h: 0.3, c: 0.4 }, batchFirst: true },
    returns: "sequence",
  },
  "GRU with other gates": {
    kind: "gru",
    options: {
      ...{ inputSize: 3, hiddenSize: 4, numLayers: 2, resetAfter: false, batchFirst: true },
      activations: ["hard-sigmoid", "affine"],
    },
    returns: "last",
  },
  "learnt GRU with one bias": {
    kind: "gru",
    options: { inputSize: 3, hiddenSize: 4, bias: "single", initialState: "learnt", batchFirst: true },
    returns: "sequence",
  },
  MGU: { kind: "mgu", options: { inputSize: 3, hiddenSize: 4, batchFirst: true }, returns: "sequence" },
  "RNN in both directions": {
    kind: "rnn",
    options: {
      ...{ inputSize: 3, hiddenSize: 4, numLayers: 2, batchFirst: true, bias: "none" },
      ...{ direction: "bidirectional", merge: "product", nonlinearity: "softsign" },
    },
    returns: "last",
  },
  "RNN backwards": {
    kind: "rnn",
    options: { inputSize: 3, hiddenSize: 4, direction: "reverse", batchFirst: true },
    returns: "sequence",
  },
};

function networks(device: Device): Promise<Source[]> {
  return Promise.all(
    Object.entries(LAYERS).map(async ([name, layer]) => {
      const config: NetworkConfig = {
        inputs: [{ name: "x", axes: ["B", "T", 3], kind: "float" }],
        layers: [
          { name: "reader", inputs: ["x"], config: layer },
          {
            name: "end",
            inputs: ["reader"],
            config: { kind: "activation", activation: "leaky-relu", alpha: 0.3 },
          },
        ],
        outputs: [{ name: "y", from: "end" }],
      };
      const network = new Network(device, config, { generator: new Generator(5) });
      return { name: `network: ${name}`, content: await networkFiles(network), inputs: [waves(2, 5, 3)] };
    }),
  );
}

function languageModels(device: Device): Promise<Source[]> {
  const tokenizer = trainTokenizer({ kind: "char", text: "to be or not to be" });
  const cells = [
    { cell: "elman", nonlinearity: "relu", tieWeights: false },
    { cell: "gru", nonlinearity: "tanh", tieWeights: true },
  ] as const;
  return Promise.all(
    cells.map(async (cell) => {
      const sizes = {
        vocabularySize: tokenizer.vocabularySize,
        embeddingSize: 5,
        hiddenSize: 5,
        numLayers: 2,
      };
      const config = { ...cell, ...sizes, dropout: 0.2, tokenizer: "char" } as const;
      const model = languageNetwork(device, config, new Generator(6)).eval() as Network;
      return {
        name: `language-model: ${cell.cell}`,
        content: await modelFiles(modelWith(model, tokenizer)),
        inputs: [{ shape: [2, 4], data: [0, 1, 2, 3, 3, 1, 0, 2] }],
      };
    }),
  );
}

const graphs = (): Source[] => [
  {
    name: "onnx: a product",
    content: modelFile({
      inputs: [{ name: "x", type: "float32", dims: ["B", 2] }],
      // Weights that PyTorch's names would make a linear layer of, though the graph does something else.
      constants: {
        "fc.weight": { type: "float32", dims: [2, 2], data: [1, 2, 3, 4] },
        "fc.bias": { type: "float32", dims: [2], data: [5, 6] },
      },
      nodes: [
        { op: "MatMul", inputs: ["x", "fc.weight"], outputs: ["xW"] },
        { op: "Sub", inputs: ["xW", "fc.bias"], outputs: ["y"] },
      ],
      outputs: ["y"],
    }),
    inputs: [waves(3, 2)],
  },
];

/** Makers of sources, by what they are. */
export const SOURCES: Readonly<Record<string, (device: Device) => Source[] | Promise<Source[]>>> = {
  Keras: keras,
  "PyTorch and safetensors": stateDicts,
  networks,
  "language models": languageModels,
  "ONNX graphs": graphs,
};
