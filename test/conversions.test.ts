// Every format that `unrolled convert` reads to every one that it writes: both models, on the same input, give the same numbers, or the
// conversion says by name what cannot be kept.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { converted } from "../src/cli/conversion.ts";
import type { Target } from "../src/cli/convert-command.ts";
import { trainTokenizer } from "../src/data/train-tokenizer.ts";
import { writeSafetensors } from "../src/formats/write-safetensors.ts";
import { type ModelFiles, modelFiles } from "../src/models/folder.ts";
import { LanguageModel } from "../src/models/language-model.ts";
import { type ModelPlace, placeOfBytes } from "../src/models/model-place.ts";
import { networkFiles } from "../src/models/network-folder.ts";
import { type OpenModelOptions, openModel } from "../src/models/open-model.ts";
import type { OpenedModel } from "../src/models/opened-model.ts";
import type { OpenedNetwork } from "../src/models/opened-network.ts";
import { type ReadModelOptions, readModel } from "../src/models/read-model.ts";
import type { LayerConfig, NetworkConfig } from "../src/networks/config.ts";
import { Network } from "../src/networks/network.ts";
import { Generator } from "../src/random/philox.ts";
import { type Device, openDevice } from "../src/tensor/device.ts";
import { modelFile } from "./onnx/build.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A model as it lies somewhere, and how it is opened. */
interface Source {
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

const TOLERANCE = 1e-5;
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const json = (name: string) => JSON.parse(new TextDecoder().decode(fixture(name)));
const waves = (...shape: number[]): Numbers => ({
  shape,
  data: Array.from(
    { length: shape.reduce((size, length) => size * length, 1) },
    (_, index) => Math.sin(1 + index) * 1.5,
  ),
});

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
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

function networks(): Promise<Source[]> {
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

function languageModels(): Promise<Source[]> {
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
      const model = new LanguageModel(device, config, new Generator(6)).eval() as LanguageModel;
      return {
        name: `language-model: ${cell.cell}`,
        content: await modelFiles({ model, tokenizer }),
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

const TARGETS: readonly Target[] = ["folder", "safetensors", "onnx", "keras"];

/** What cannot be kept, by the source's and the target's name, and what is said of it. */
const REFUSED: readonly (readonly [source: RegExp, target: Target, message: RegExp])[] = [
  [/^safetensors: lstm/, "keras", /layer lstm: Keras has no projectionSize/],
  [/LSTM with peepholes/, "keras", /layer reader: Keras has no projectionSize, peepholes, cellClip/],
  [/coupled LSTM/, "keras", /layer reader: Keras has no coupled, gateClip/],
  [/layer-normalised LSTM/, "keras", /layer reader: Keras has no layerNorm/],
  [/LSTM that keeps its values/, "keras", /layer reader: Keras has no zoneout/],
  [/learnt GRU/, "keras", /layer reader: Keras has no initialState learnt/],
  [/MGU/, "keras", /layer reader: Keras has no minimal gated unit/],
  [/^onnx/, "folder", /an ONNX graph is no network of layers/],
  [/^onnx/, "onnx", /an ONNX graph is no network of layers/],
  [/^onnx/, "keras", /an ONNX graph is no network of layers/],
];

function placeOf({ content, options = {} }: Pick<Source, "content" | "options">): ModelPlace {
  if (content instanceof Uint8Array) return placeOfBytes("openModel", content, options.read);
  return { title: "folder", bytes: undefined, read: async (name) => content[name] };
}

async function opened(content: Source["content"], options: OpenModelOptions = {}): Promise<OpenedModel> {
  const given = { ...options, device };
  if (content instanceof Uint8Array) return openModel(content, given);
  return openModel(content["config.json"], { ...given, read: async (name) => content[name] });
}

/** What a model makes of inputs in their order. A graph has states beside them, which begin with zeros. */
async function outputsOf(
  model: OpenedModel,
  inputs: readonly Numbers[],
  names: readonly string[],
): Promise<Numbers[]> {
  const given = model.inputs.map(({ name, axes }, at) => {
    const [batch] = inputs[0].shape;
    const lengths = axes as readonly (number | string)[];
    const shape = inputs[at]?.shape ?? lengths.map((axis) => (typeof axis === "number" ? axis : batch));
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, { shape, data: inputs[at]?.data ?? new Float32Array(size) }] as const;
  });
  const outputs = await model.run(Object.fromEntries(given));
  return names.map((name) => ({ shape: outputs[name].shape, data: Array.from(outputs[name].data) }));
}

function expectSame(found: readonly Numbers[], expected: readonly Numbers[]): void {
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  expected.forEach(({ data }, output) => {
    data.forEach((entry, index) => {
      const most = TOLERANCE * Math.max(1, Math.abs(entry));
      const value = found[output].data[index];
      expect(Math.abs(value - entry), `${output}[${index}]: ${value}, not ${entry}`).toBeLessThan(most);
    });
  });
}

async function expectKept(source: Source, target: Target): Promise<void> {
  const { options = {}, inputs } = source;
  const from = await readModel(placeOf(source), options);
  const { device: _, read: __, ...reading } = options;
  const make = () => converted({ from, to: target, dtype: "float32", reading }, async () => device);
  const [, , message] = REFUSED.find(([name, to]) => name.test(source.name) && to === target) ?? [];
  if (message) return expect(make()).rejects.toThrow(message);
  const made = await make();
  if (target === "keras" && source.kerasConfig === undefined) {
    // Weights of Keras say nothing of layers, and are taken for no network.
    await expect(opened(made)).rejects.toThrow("the file holds weights alone");
    return;
  }
  if (from.format === "onnx") {
    await expect(opened(made)).rejects.toThrow("these are the weights of an ONNX graph");
    return;
  }
  const own = await opened(source.content, options);
  const names = own.outputs.map(({ name }) => name);
  const expected = source.outputs ?? (await outputsOf(own, inputs, names));
  const withConfig = target === "keras" ? { config: source.kerasConfig! } : {};
  const check = async (content: Source["content"], given: OpenModelOptions = {}) =>
    expectSame(await outputsOf(await opened(content, given), inputs, names), expected);
  await check(made, withConfig);
  // A folder's weights are the same network without the rest of it.
  if (!(made instanceof Uint8Array) && from.format !== "language-model")
    await check(made["model.safetensors"]);
}

const KINDS: Readonly<Record<string, () => Source[] | Promise<Source[]>>> = {
  Keras: keras,
  "PyTorch and safetensors": stateDicts,
  networks,
  "language models": languageModels,
  "ONNX graphs": graphs,
};

describe.each(Object.keys(KINDS))("%s", (kind) => {
  let sources: Source[];
  beforeAll(async () => {
    sources = await KINDS[kind]();
  });
  test.each(TARGETS)("to %s and back", async (target) => {
    for (const source of sources) {
      await expectKept(source, target).catch((error: Error) => {
        error.message = `${source.name}: ${error.message}`;
        throw error;
      });
    }
  });
});

test.each(["float16", "bfloat16", "int8"] as const)(
  "weights as %s are of the same network",
  async (dtype) => {
    const bytes = fixture("keras/gru-reset-before.h5");
    const from = await readModel(placeOfBytes("openModel", bytes, undefined), {});
    for (const target of ["safetensors", "folder"] as const) {
      const made = await converted({ from, to: target, dtype, reading: {} }, async () => device);
      for (const content of made instanceof Uint8Array ? [made] : [made, made["model.safetensors"]]) {
        const { network } = (await opened(content)) as OpenedNetwork;
        expect(network.config).toEqual(((await opened(bytes)) as OpenedNetwork).network.config);
      }
    }
  },
);
