import { readFileSync } from "node:fs";
import { openDevice, openModel } from "unrolled";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { modelFile } from "../../onnx/build.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { byteFlips, jsonMutations, truncationsEverywhere } from "../mutations.ts";

/** Bytes at a file's beginning, by which it is recognised. */
const FIRST_BYTES = 24;
const device = await openDevice({ backend: "wasm" });
const encode = (text: string) => new TextEncoder().encode(text);
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));

const zeros = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});
const weights = { "gru.weight_ih_l0": zeros(6, 3), "gru.weight_hh_l0": zeros(6, 2) };
const tensors = writeSafetensors(weights);
const graph = modelFile({
  inputs: [{ name: "x", type: "float32", dims: [2] }],
  nodes: [{ op: "Tanh", inputs: ["x"], outputs: ["y"] }],
  outputs: ["y"],
});
const config = JSON.stringify({
  format_version: 1,
  network: {
    inputs: [{ name: "x", axes: ["B", "T", 3], kind: "float" }],
    layers: [
      {
        name: "gru",
        inputs: ["x"],
        config: {
          kind: "gru",
          options: { inputSize: 3, hiddenSize: 2, bias: "none", resetAfter: false, batchFirst: true },
          returns: "last",
        },
      },
    ],
    outputs: [{ name: "y", from: "gru" }],
  },
});
const described = (text: string) => writeSafetensors(weights, { "unrolled.network": text });
const index = JSON.stringify({
  metadata: { total_size: 120 },
  weight_map: { "gru.weight_ih_l0": "a.safetensors", "gru.weight_hh_l0": "a.safetensors" },
});

const files = [
  { name: "safetensors", bytes: tensors },
  { name: "onnx", bytes: graph },
  { name: "pytorch", bytes: fixture("pytorch/tagger.pt") },
  { name: "keras", bytes: fixture("keras/gru-reset-before.h5") },
];

export const target: FuzzTarget = {
  name: "openModel",
  seeds: [
    ...files.map(({ name, bytes }) => ({
      name,
      bytes,
      mutations: [...byteFlips(0, FIRST_BYTES), ...truncationsEverywhere(bytes.length, 20)],
    })),
    { name: "network", bytes: described(config), mutations: jsonMutations(config, described) },
    { name: "index", bytes: encode(index), mutations: jsonMutations(index, encode) },
  ],
  read: (bytes) => openModel(bytes, { device, read: async () => tensors }),
  cases: 1000,
};
