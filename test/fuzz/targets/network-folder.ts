import { Network, type NetworkConfig, openDevice } from "unrolled";
import type { LayerConfig } from "unrolled/network";
import { networkFiles, openNetworkFolder } from "../../../src/models/network-folder.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

const layer = (name: string, inputs: readonly string[], config: LayerConfig) => ({ name, inputs, config });
const options = { inputSize: 3, hiddenSize: 2, batchFirst: true } as const;

const config: NetworkConfig = {
  inputs: [
    { name: "ids", axes: ["B", "T"], kind: "int" },
    { name: "xs", axes: ["B", "T", 2], kind: "float" },
  ],
  layers: [
    layer("words", ["ids"], { kind: "embedding", vocabularySize: 4, size: 1, maskZero: true }),
    layer("all", ["words", "xs"], { kind: "concat", axis: -1 }),
    layer("lstm", ["all"], {
      kind: "lstm",
      options: { ...options, peepholes: true, zoneout: { h: 0.1 }, activations: ["sigmoid", "tanh", "elu"] },
      returns: "sequence",
    }),
    layer("gru", ["all"], {
      kind: "gru",
      options: { ...options, direction: "bidirectional", merge: "sum" },
      returns: "sequence",
    }),
    layer("end", ["lstm"], { kind: "final-state", of: "h" }),
    layer("begun", ["all", "end"], { kind: "gru", options, returns: "sequence" }),
    layer("back", ["begun"], { kind: "reverse-steps" }),
    layer("pool", ["back"], { kind: "pool1d", pool: "max", size: 2, stride: 1, padding: "same" }),
    layer("sum", ["lstm", "gru", "pool"], { kind: "add" }),
    layer("conv", ["sum"], {
      ...{ kind: "conv1d", inputSize: 2, outputSize: 2, kernelSize: 2, stride: 1, dilation: 1 },
      ...{ padding: "causal", bias: true },
    }),
    layer("last", ["conv"], {
      kind: "mgu",
      options: { ...options, inputSize: 2, initialState: "learnt" },
      returns: "last",
    }),
    layer("shape", ["last"], { kind: "reshape", shape: [1, -1] }),
    layer("flat", ["shape"], { kind: "flatten" }),
    layer("head", ["flat"], { kind: "linear", inputSize: 2, outputSize: 1, bias: false }),
    layer("out", ["head"], { kind: "activation", activation: "elu", alpha: 0.5 }),
  ],
  outputs: [{ name: "y", from: "out" }],
};

const device = await openDevice();
const files = await networkFiles(new Network(device, config));
const bytes = files["config.json"];

export const target: FuzzTarget = {
  name: "networkFromFiles",
  seeds: [
    {
      name: "a network of most kinds of layers",
      bytes,
      mutations: [
        ...jsonMutations(new TextDecoder().decode(bytes), (text) => new TextEncoder().encode(text)),
        ...truncationsEverywhere(bytes.length, 100),
      ],
    },
  ],
  read: (broken) =>
    openNetworkFolder(device, async (name) => (name === "config.json" ? broken : files[name])),
};
