// ONNX files of language models, read as layers.
import { networkOfOnnx, writeOnnx } from "unrolled/formats/onnx";
import type { NetworkData } from "unrolled/network";
import type { FuzzTarget } from "../fuzz.ts";
import { truncationsEverywhere } from "../mutations.ts";
import { type Nesting, protobufMutations } from "../protobuf-mutations.ts";

const NOTHING: Nesting = {};
const TENSOR: Nesting = {};
const NODE: Nesting = { 5: () => ({ 5: () => TENSOR }) };
const MODEL: Nesting = { 7: () => ({ 1: () => NODE, 5: () => TENSOR }), 8: () => NOTHING };

const tensor = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(0.5),
});

const network: NetworkData = {
  config: {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      { name: "table", inputs: ["ids"], config: { kind: "embedding", vocabularySize: 3, size: 2 } },
      {
        name: "gru",
        inputs: ["table"],
        config: {
          kind: "gru",
          options: { inputSize: 2, hiddenSize: 1, batchFirst: true },
          returns: "sequence",
        },
      },
      { name: "out", inputs: ["gru"], config: { kind: "linear", inputSize: 1, outputSize: 3, bias: true } },
    ],
    outputs: [{ name: "logits", from: "out" }],
  },
  tensors: {
    "table.weight": tensor(3, 2),
    "gru.weight_ih_l0": tensor(3, 2),
    "gru.weight_hh_l0": tensor(3, 1),
    "gru.bias_ih_l0": tensor(3),
    "gru.bias_hh_l0": tensor(3),
    "out.weight": tensor(3, 1),
    "out.bias": tensor(3),
  },
};

const bytes = writeOnnx(network);

export const target: FuzzTarget = {
  name: "networkOfOnnx",
  seeds: [
    {
      name: "language model",
      bytes,
      mutations: [...protobufMutations(bytes, MODEL), ...truncationsEverywhere(bytes.length)],
    },
  ],
  read: (file) => void networkOfOnnx(file),
  growthBytes: 32 << 20,
};
