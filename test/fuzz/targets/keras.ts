import { readFileSync } from "node:fs";
import { readKeras, readKerasArrays, writeKerasWeights } from "unrolled/formats/keras";
import { readTensorFlowJs } from "unrolled/formats/tensorflow-js";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

/** A functional model in Keras 2's words, with as few options as it takes. */
const config = {
  class_name: "Functional",
  config: {
    layers: [
      {
        class_name: "InputLayer",
        config: { name: "a", batch_input_shape: [null, null, 2] },
        inbound_nodes: [],
      },
      {
        class_name: "Bidirectional",
        config: {
          name: "b",
          merge_mode: "sum",
          layer: { class_name: "GRU", config: { units: 2, reset_after: true, return_sequences: true } },
        },
        inbound_nodes: [[["a", 0, 0, {}]]],
      },
      {
        class_name: "LSTM",
        config: { name: "l", units: 1, activation: "relu" },
        inbound_nodes: [[["b", 0, 0, {}]]],
      },
      {
        class_name: "Dense",
        config: { name: "d", units: 2, activation: "softmax" },
        inbound_nodes: [[["l", 0, 0]], [["l", 0, 0]]],
      },
    ],
    input_layers: [["a", 0, 0]],
    output_layers: [["d", 1, 0]],
  },
};
/** The same in Keras 3's. */
const tensor = (name: string) => ({
  class_name: "__keras_tensor__",
  config: { keras_history: [name, 0, 0] },
});
const newer = {
  class_name: "Functional",
  config: {
    layers: config.config.layers.slice(0, 2).map((layer, at) => ({
      ...layer,
      inbound_nodes: at === 0 ? [] : [{ args: [tensor("a")], kwargs: { initial_state: null } }],
    })),
    input_layers: ["a", 0, 0],
    output_layers: ["b", 0, 0],
  },
};
/** Keras 3's masks, and attention, whose masks and options stand in its call. */
const masked = {
  class_name: "Functional",
  config: {
    layers: [
      config.config.layers[0],
      {
        class_name: "NotEqual",
        config: { name: "n" },
        inbound_nodes: [{ args: [tensor("a"), 9], kwargs: {} }],
      },
      {
        class_name: "Any",
        config: { name: "y", axis: -1, keepdims: false },
        inbound_nodes: [{ args: [tensor("n")], kwargs: {} }],
      },
      {
        ...config.config.layers[1],
        inbound_nodes: [{ args: [tensor("a")], kwargs: { mask: tensor("y"), training: false } }],
      },
      {
        class_name: "Attention",
        config: { name: "t", use_scale: false },
        inbound_nodes: [{ args: [[tensor("b"), tensor("b")]], kwargs: { use_causal_mask: true } }],
      },
    ],
    input_layers: ["a", 0, 0],
    output_layers: ["t", 0, 0],
  },
};

/** A model in a model, called twice. */
const nested = {
  class_name: "Functional",
  config: {
    layers: [
      config.config.layers[0],
      {
        class_name: "Sequential",
        config: {
          name: "m",
          layers: [{ class_name: "Activation", config: { name: "i", activation: "tanh" } }],
        },
        inbound_nodes: [[["a", 0, 0, {}]], [["m", 0, 0, {}]]],
      },
    ],
    input_layers: [["a", 0, 0]],
    output_layers: [["m", 1, 0]],
  },
};

const zeros = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});
const WEIGHTS: readonly (readonly [string, readonly number[]])[] = [
  ...["forward", "backward"].flatMap((direction) =>
    ["kernel", "recurrent_kernel", "bias"].map((end) => [`b/${direction}/${end}`, [2, 6]] as const),
  ),
  ["l/kernel", [2, 4]],
  ["l/recurrent_kernel", [1, 4]],
  ["l/bias", [4]],
  ["d/kernel", [1, 2]],
  ["d/bias", [2]],
];

/** The weights of that model, as this library writes them. */
async function weightsFile(): Promise<Uint8Array> {
  const sizes = WEIGHTS.map(([, shape]) => zeros(...shape).data.length);
  const shard = new Uint8Array(4 * sizes.reduce((sum, size) => sum + size, 0));
  return writeKerasWeights(await readTensorFlowJs(manifestOf(config), () => shard));
}

function manifestOf(model: object): string {
  const weights = WEIGHTS.map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  return JSON.stringify({ modelTopology: model, weightsManifest: [{ paths: ["w"], weights }] });
}

const encode = (text: string) => new TextEncoder().encode(text);
const seedOf = (name: string, json: object) => {
  const text = JSON.stringify(json);
  const mutations = [...jsonMutations(text, encode), ...truncationsEverywhere(text.length, 50)];
  return { name, bytes: encode(text), mutations };
};
const weights = await weightsFile();
const archive = new Uint8Array(readFileSync(new URL("../../fixtures/keras/unnamed.keras", import.meta.url)));

export const target: FuzzTarget = {
  name: "readKeras and readKerasArrays",
  seeds: [
    seedOf("a configuration of Keras 2", config),
    seedOf("a configuration of Keras 3", newer),
    seedOf("masks and attention", masked),
    seedOf("a model in a model", nested),
    { name: "an archive", bytes: archive, mutations: truncationsEverywhere(archive.length, 200) },
  ],
  read: async (bytes) => {
    if (bytes[0] !== 0x50) return readKeras(weights, { config: new TextDecoder().decode(bytes) });
    // What one of the two refuses, the other may read.
    await readKerasArrays(bytes);
    return readKeras(bytes);
  },
};
