import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { StateDict } from "../../module/state-dict.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { Allowance } from "../allowance.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { readTensorFlowJs } from "../tensorflow-js/read-tensorflow-js.ts";
import { readKeras } from "./read-keras.ts";
import { writeKerasWeights } from "./write-keras-weights.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/keras/${name}`, import.meta.url));
const open = (bytes: Uint8Array) => openHdf5(bytes, new Allowance("call", bytes.length));

const counted = (...shape: number[]): StateDict[string] => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index / 8),
});
const one = (config: NetworkConfig["layers"][number]["config"], last: number): NetworkConfig => ({
  inputs: [{ name: "xs", axes: ["B", "T", last], kind: "float" }],
  layers: [{ name: "layer", inputs: ["xs"], config }],
  outputs: [{ name: "ys", from: "layer" }],
});

describe.each(
  JSON.parse(fixture("tensorflow-js.json").toString()) as { name: string; model: object; weights: string }[],
)("$name", ({ model, weights }) => {
  it("is read back as it was", async () => {
    const network = await readTensorFlowJs(JSON.stringify(model), () => Buffer.from(weights, "base64"));
    const { modelTopology } = model as { modelTopology: object };
    const back = await readKeras(writeKerasWeights(network), { config: JSON.stringify(modelTopology) });
    expect(back).toEqual(network);
  });
});

it.each(["gru-reset-after.h5", "gru-reset-before.h5", "causal.h5"])(
  "%s: the arrays of Keras again",
  async (name) => {
    const original = open(fixture(name)).member("model_weights")!;
    const network = await readKeras(fixture(name));
    const written = open(writeKerasWeights(network));
    const layers = written.attributes.get("layer_names")!.values().values as string[];
    for (const layer of original.attributes.get("layer_names")!.values().values as string[]) {
      expect(layers).toContain(layer);
      const [theirs, ours] = [original, written].map((file) => {
        const group = file.member(layer)!;
        const names = group.attributes.get("weight_names")!.values().values as string[];
        return Promise.all(names.map((weight) => group.find(weight)!.read()));
      });
      expect(await ours).toEqual(await theirs);
    }
  },
);

it("hard sigmoids of Keras 3 are those of Keras 3 when they are read again, and others are refused", async () => {
  const { model, weights } = (
    JSON.parse(fixture("tensorflow-js.json").toString()) as {
      name: string;
      model: { modelTopology: { class_name: string; config: object } };
      weights: string;
    }[]
  ).find(({ name }) => name === "LSTM, hard sigmoid")!;
  const read = await readTensorFlowJs(JSON.stringify(model), () => Buffer.from(weights, "base64"));
  const { class_name, config } = model.modelTopology;
  const withSlope = (slope: number) => ({
    ...read,
    config: JSON.parse(JSON.stringify(read.config).replaceAll('"alpha":0.2,', `"alpha":${slope},`)),
  });
  const steeper = withSlope(1 / 6);
  expect(steeper).not.toEqual(read);
  const back = await readKeras(writeKerasWeights(steeper), {
    config: JSON.stringify({ class_name, config }),
  });
  expect(back).toEqual(steeper);
  expect(() => writeKerasWeights(withSlope(0.3))).toThrow("hard sigmoids have the slope 0.3");
});

it("a layer of several becomes several, and two biases one", async () => {
  const options = { inputSize: 2, hiddenSize: 1, numLayers: 2, batchFirst: true } as const;
  const tensors = {
    "layer.weight_ih_l0": counted(4, 2),
    "layer.weight_hh_l0": counted(4, 1),
    "layer.bias_ih_l0": counted(4),
    "layer.bias_hh_l0": counted(4),
    "layer.weight_ih_l1": counted(4, 1),
    "layer.weight_hh_l1": counted(4, 1),
    "layer.bias_ih_l1": counted(4),
    "layer.bias_hh_l1": counted(4),
  };
  const file = open(
    writeKerasWeights({ config: one({ kind: "lstm", options, returns: "sequence" }, 2), tensors }),
  );
  expect(file.attributes.get("layer_names")?.values().values).toEqual(["layer_0", "layer_1"]);
  expect(await file.find("layer_0/layer_0/lstm_cell/kernel:0")?.read()).toEqual({
    shape: [2, 4],
    values: Float32Array.of(0, 0.25, 0.5, 0.75, 0.125, 0.375, 0.625, 0.875),
  });
  expect((await file.find("layer_1/layer_1/lstm_cell/bias:0")?.read())?.values).toEqual(
    Float32Array.of(0, 0.25, 0.5, 0.75),
  );
});

it("lists of names that are too long for one attribute are cut", async () => {
  const names = Array.from({ length: 700 }, (_, at) => `${"long name ".repeat(10)}${at}`);
  const config: NetworkConfig = {
    inputs: [{ name: "xs", axes: ["B", 1], kind: "float" }],
    layers: names.map((name, at) => ({
      name,
      inputs: [at === 0 ? "xs" : names[at - 1]],
      config: { kind: "linear", inputSize: 1, outputSize: 1, bias: false },
    })),
    outputs: [{ name: "ys", from: names[699] }],
  };
  const tensors = Object.fromEntries(names.map((name) => [`${name}.weight`, counted(1, 1)]));
  const file = open(writeKerasWeights({ config, tensors }));
  expect(file.attributes.has("layer_names")).toBe(false);
  const parts = [0, 1].flatMap(
    (part) => file.attributes.get(`layer_names${part}`)?.values().values as string[],
  );
  expect(parts).toEqual(names);
  expect(file.find(`${names[699]}/${names[699]}/kernel:0`)?.shape).toEqual([1, 1]);
});

it("what Keras has not is said", () => {
  const lstm = { inputSize: 2, hiddenSize: 3, batchFirst: true, peepholes: true, cellClip: 3 } as const;
  expect(() =>
    writeKerasWeights({ config: one({ kind: "lstm", options: lstm, returns: "last" }, 2), tensors: {} }),
  ).toThrow("writeKerasWeights: layer layer: Keras has no peepholes, cellClip");
  const linear = { kind: "linear", inputSize: 2, outputSize: 1, bias: false } as const;
  expect(() => writeKerasWeights({ config: one(linear, 2), tensors: {} })).toThrow(
    expect.objectContaining({
      code: "shape-mismatch",
      message: "writeKerasWeights: tensor layer.weight is missing, needed [1, 2]",
    }),
  );
  const slashed = { ...one(linear, 2), outputs: [{ name: "ys", from: "a//b" }] };
  expect(() =>
    writeKerasWeights({
      config: { ...slashed, layers: [{ ...slashed.layers[0], name: "a//b" }] },
      tensors: { "a//b.weight": counted(1, 2) },
    }),
  ).toThrow('"a//b" is no path in HDF5');
});
