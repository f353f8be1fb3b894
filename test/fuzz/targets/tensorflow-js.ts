import { readTensorFlowJs } from "unrolled/formats/tensorflow-js";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

const text = JSON.stringify({
  format: "layers-model",
  modelTopology: {
    keras_version: "tfjs-layers 4.22.0",
    class_name: "Sequential",
    config: {
      layers: [
        {
          class_name: "SimpleRNN",
          config: { name: "r", units: 2, activation: "tanh", batch_input_shape: [null, null, 1] },
        },
        { class_name: "Dense", config: { name: "d", units: 1, use_bias: false } },
      ],
    },
  },
  weightsManifest: [
    {
      paths: ["a.bin", "b.bin"],
      weights: [
        { name: "r/kernel", shape: [1, 2], dtype: "float32" },
        {
          name: "r/recurrent_kernel",
          shape: [2, 2],
          dtype: "float32",
          quantization: { dtype: "uint8", scale: 0.1, min: -1 },
        },
        { name: "r/bias", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
      ],
    },
    { paths: ["c.bin"], weights: [{ name: "d/kernel", shape: [2, 1], dtype: "float32" }] },
  ],
});
const shards: Readonly<Record<string, Uint8Array>> = {
  "a.bin": new Uint8Array(9),
  "b.bin": new Uint8Array(7),
  "c.bin": new Uint8Array(8),
};
const encode = (json: string) => new TextEncoder().encode(json);

export const target: FuzzTarget = {
  name: "readTensorFlowJs",
  seeds: [
    {
      name: "two layers",
      bytes: encode(text),
      mutations: [...jsonMutations(text, encode), ...truncationsEverywhere(text.length, 50)],
    },
  ],
  read: (bytes) =>
    readTensorFlowJs(new TextDecoder().decode(bytes), (path) => shards[path] ?? new Uint8Array(0)),
};
