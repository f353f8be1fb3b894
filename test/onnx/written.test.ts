// What is written as ONNX, run by onnxruntime-node, gives the numbers that the layers give here: outputs and final states.
import { beforeAll, describe, test } from "vitest";
import { writeOnnx } from "../../src/formats/onnx/write-model.ts";
import type { LayerConfig, NetworkConfig, RecurrentLayerConfig } from "../../src/networks/config.ts";
import { Network } from "../../src/networks/network.ts";
import { networkData } from "../../src/networks/network-data.ts";
import { Generator } from "../../src/random/philox.ts";
import { type Device, openDevice } from "../../src/tensor/device.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { expectClose, runInOnnxRuntime } from "./runtime.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const BATCH = 3;
const STEPS = 5;
const LENGTHS = [2, 5, 4];
const generator = new Generator(11);
const random = (shape: readonly number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(device, generator.evenly(size, 1.5)!, shape);
};

function networkOf(config: LayerConfig, axes: readonly (number | string)[]): NetworkConfig {
  return {
    inputs: [{ name: "xs", axes, kind: "float" }],
    layers: [{ name: "layer", inputs: ["xs"], config }],
    outputs: [{ name: "ys", from: "layer" }],
  };
}

const sizes = { inputSize: 4, hiddenSize: 3 };

/** A row per option. */
const recurrent: readonly [string, RecurrentLayerConfig][] = [
  ["rnn", { kind: "rnn", options: sizes, returns: "sequence" }],
  ["rnn, ReLU", { kind: "rnn", options: { ...sizes, nonlinearity: "relu" }, returns: "sequence" }],
  ["lstm", { kind: "lstm", options: sizes, returns: "sequence" }],
  ["gru", { kind: "gru", options: sizes, returns: "sequence" }],
  ["no bias", { kind: "lstm", options: { ...sizes, bias: "none" }, returns: "sequence" }],
  ["two layers", { kind: "gru", options: { ...sizes, numLayers: 2 }, returns: "sequence" }],
  ["batch first", { kind: "lstm", options: { ...sizes, batchFirst: true }, returns: "sequence" }],
  ["last", { kind: "lstm", options: { ...sizes, batchFirst: true, numLayers: 2 }, returns: "last" }],
  [
    "bidirectional",
    { kind: "lstm", options: { ...sizes, direction: "bidirectional", numLayers: 2 }, returns: "sequence" },
  ],
  [
    "bidirectional, last",
    { kind: "gru", options: { ...sizes, direction: "bidirectional" }, returns: "last" },
  ],
];

describe.each(recurrent)("%s", (_, config) => {
  test.each<["carried" | "internal", boolean]>([
    ["carried", false],
    ["internal", false],
    ["carried", true],
    ["internal", true],
  ])("states %s, lengths %s", async (states, hasLengths) => {
    const { batchFirst = false } = config.options;
    const axes = batchFirst ? ["B", "T", 4] : ["T", "B", 4];
    const network = new Network(device, networkOf(config, axes), { generator }).eval() as Network;
    const file = writeOnnx(await networkData(network), { states, lengths: hasLengths });
    const xs = random(batchFirst ? [BATCH, STEPS, 4] : [STEPS, BATCH, 4]);
    const lengths = hasLengths ? LENGTHS : undefined;
    const rows = network.forward({ xs }).state.layer.h.shape[0];
    const before = {
      h: random([rows, BATCH, network.forward({ xs }).state.layer.h.shape[2]]),
      ...(config.kind === "lstm" ? { c: random([rows, BATCH, 3]) } : {}),
    };
    const carried = states === "carried";
    const ours = network.forward({ xs }, { lengths, state: carried ? { layer: before } : {} });
    const theirs = await runInOnnxRuntime(file, {
      xs,
      ...(hasLengths ? { lengths: { int32: LENGTHS } } : {}),
      ...(carried ? { "layer.h_0": before.h } : {}),
      ...(carried && before.c ? { "layer.c_0": before.c } : {}),
    });
    expectClose(theirs.ys, ours.outputs.ys.shape, await ours.outputs.ys.toArray());
    if (!carried) return;
    const { h, c } = ours.state.layer;
    expectClose(theirs["layer.h_n"], h.shape, await h.toArray());
    if (c) expectClose(theirs["layer.c_n"], c.shape, await c.toArray());
  });
});
