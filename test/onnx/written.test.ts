// What is written as ONNX, run by onnxruntime-node and read back by this library, gives the numbers that the layers give here: outputs and final states.
import { type Device, Generator, Network, type NetworkConfig, openDevice, tensor } from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { type LayerConfig, networkData } from "unrolled/network";
import { beforeAll, describe, test } from "vitest";
import type { RecurrentLayerConfig } from "../../src/networks/config.ts";
import { expectClose, runInBoth } from "./runtime.ts";

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

const sizes = { inputSize: 4, hiddenSize: 3, batchFirst: false };

const peephole = { ...sizes, peepholes: true } as const;
const both = { ...sizes, direction: "bidirectional" } as const;
const elu = { name: "elu", alpha: 0.7 } as const;
const hard = { name: "hard-sigmoid", alpha: 0.3, beta: 0.4 } as const;

/** A row per option of a recurrent layer. */
const recurrent: readonly [string, RecurrentLayerConfig["kind"], object][] = [
  ["tanh", "rnn", sizes],
  ["ReLU", "rnn", { ...sizes, nonlinearity: "relu" }],
  ...(["affine", "leaky-relu", "thresholded-relu", "scaled-tanh", "hard-sigmoid", "elu"] as const).map(
    (name): [string, "rnn", object] => [name, "rnn", { ...sizes, nonlinearity: { name, alpha: 0.6 } }],
  ),
  ["sigmoid", "rnn", { ...sizes, nonlinearity: "sigmoid" }],
  ["softsign", "rnn", { ...sizes, nonlinearity: "softsign" }],
  ["softplus", "rnn", { ...sizes, nonlinearity: "softplus" }],
  ["bounded sums", "rnn", { ...sizes, gateClip: 0.4 }],
  ["plain", "lstm", sizes],
  ["no bias", "lstm", { ...sizes, bias: "none" }],
  ["single bias", "lstm", { ...sizes, bias: "single" }],
  ["peepholes", "lstm", peephole],
  ["coupled", "lstm", { ...sizes, coupled: true }],
  ["coupled with peepholes", "lstm", { ...peephole, coupled: true }],
  ["activations", "lstm", { ...sizes, activations: [hard, "softsign", elu] }],
  ["bounded sums", "lstm", { ...peephole, gateClip: 0.3 }],
  ["bounded cell", "lstm", { ...peephole, cellClip: 0.2 }],
  ["projection", "lstm", { ...sizes, projectionSize: 2, numLayers: 2 }],
  ["layer normalisation", "lstm", { ...sizes, layerNorm: true }],
  ["layer normalisation without bias", "lstm", { ...sizes, layerNorm: true, bias: "none" }],
  [
    "all that needs a Scan",
    "lstm",
    {
      ...{ ...peephole, coupled: true, layerNorm: true, projectionSize: 2, cellClip: 0.5, gateClip: 0.6 },
      ...{
        zoneout: { h: 0.2, c: 0.3 },
        direction: "bidirectional",
        merge: "sum",
        activations: [hard, elu, "softsign"],
      },
    },
  ],
  ["zoneout", "rnn", { ...sizes, zoneout: { h: 0.3 } }],
  ["zoneout", "lstm", { ...sizes, zoneout: { h: 0.3, c: 0.1 } }],
  ["zoneout", "gru", { ...sizes, zoneout: { h: 0.3 }, numLayers: 2 }],
  ["zoneout, reset before", "gru", { ...sizes, zoneout: { h: 0.3 }, resetAfter: false, gateClip: 0.5 }],
  ["reset after", "gru", sizes],
  ["reset before", "gru", { ...sizes, resetAfter: false }],
  ["single bias", "gru", { ...sizes, bias: "single" }],
  ["activations", "gru", { ...sizes, activations: [hard, elu] }],
  ["bounded sums", "gru", { ...sizes, gateClip: 0.3 }],
  ["bounded sums, reset before", "gru", { ...sizes, gateClip: 0.3, resetAfter: false }],
  ["plain", "ugrnn", sizes],
  ["two layers, both ways", "ugrnn", { ...both, numLayers: 2 }],
  ["plain", "mgu", sizes],
  ["both ways", "mgu", { ...both, bias: "none" }],
  ["two layers", "gru", { ...sizes, numLayers: 2 }],
  ["batch-major", "lstm", { ...sizes, batchFirst: true }],
  ["reverse", "rnn", { ...sizes, direction: "reverse" }],
  ["reverse", "mgu", { ...sizes, direction: "reverse" }],
  ["both ways, two layers", "lstm", { ...both, numLayers: 2 }],
  ["both ways, activations", "rnn", { ...both, nonlinearity: elu }],
  ["both ways, summed", "gru", { ...both, merge: "sum", numLayers: 2 }],
  ["both ways, averaged", "lstm", { ...both, merge: "mean" }],
  ["both ways, multiplied", "rnn", { ...both, merge: "product" }],
  ["learnt states", "lstm", { ...both, initialState: "learnt" }],
  ["learnt states", "mgu", { ...sizes, initialState: "learnt" }],
  [
    "what only training knows",
    "gru",
    { ...sizes, numLayers: 2, dropout: 0.5, recurrentDropout: 0.5, weightDrop: 0.5, weightNoise: 1 },
  ],
];

describe.each(recurrent)("%s: %s", (_, kind, options) => {
  const rows: ["carried" | "internal", boolean, "sequence" | "last"][] = [
    ["carried", false, "sequence"],
    ["internal", true, "last"],
    ["carried", true, "sequence"],
  ];
  test.each(rows)("states %s, lengths %s, returns %s", async (states, hasLengths, returns) => {
    const config = { kind, options, returns } as RecurrentLayerConfig;
    const { batchFirst = false } = config.options;
    const axes = batchFirst ? ["B", "T", 4] : ["T", "B", 4];
    const network = new Network(device, networkOf(config, axes), { generator }).eval() as Network;
    for (const parameter of network.parameters()) parameter.assign(await random(parameter.shape).toArray());
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
    const both = await runInBoth(device, file, {
      xs,
      ...(hasLengths ? { lengths: { int32: LENGTHS } } : {}),
      ...(carried ? { "layer.h_0": before.h } : {}),
      ...(carried && before.c ? { "layer.c_0": before.c } : {}),
    });
    const { h, c } = ours.state.layer;
    for (const made of both) {
      expectClose(made.ys, ours.outputs.ys.shape, await ours.outputs.ys.toArray());
      if (!carried) continue;
      expectClose(made["layer.h_n"], h.shape, await h.toArray());
      if (c) expectClose(made["layer.c_n"], c.shape, await c.toArray());
    }
  });
});

test("learnt states go with the file unless the caller says that states are carried", async () => {
  const options = { ...sizes, initialState: "learnt" } as const;
  const config = networkOf({ kind: "gru", options, returns: "sequence" }, ["T", "B", 4]);
  const network = new Network(device, config, { generator }).eval() as Network;
  network
    .namedParameters()
    .get("layer.h_0")
    ?.assign(Float32Array.of(0.9, -0.8, 0.7));
  const xs = random([STEPS, BATCH, 4]);
  const { ys } = network.forward({ xs }).outputs;
  for (const made of await runInBoth(device, writeOnnx(await networkData(network)), { xs }))
    expectClose(made.ys, ys.shape, await ys.toArray());
});
