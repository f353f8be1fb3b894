import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";
import { type Hdf5Floats, type Hdf5Group, writeHdf5 } from "../hdf5/write-hdf5.ts";
import { openZip } from "../zip.ts";
import { readKeras } from "./read-keras.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/keras/${name}`, import.meta.url)));
const floats = (...shape: number[]): Hdf5Floats => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});

/** A file of weights, as lists of shapes by layer. */
function weights(layers: Readonly<Record<string, readonly (readonly number[])[]>>): Uint8Array {
  const members = new Map<string, Hdf5Group>();
  for (const [name, shapes] of Object.entries(layers)) {
    const names = shapes.map((_, at) => `w${at}`);
    const arrays = new Map(shapes.map((shape, at) => [names[at], floats(...shape)]));
    members.set(name, { attributes: { weight_names: names }, members: arrays });
  }
  return writeHdf5({ attributes: { layer_names: Object.keys(layers) }, members });
}

const layer = (className: string, config: object, ...inbound: unknown[]) => ({
  class_name: className,
  config: { name: className.toLowerCase(), ...config },
  ...(inbound.length > 0 ? { inbound_nodes: inbound } : {}),
});
const sequential = (...layers: object[]) => JSON.stringify({ class_name: "Sequential", config: { layers } });
const functional = (layers: object[], from: unknown) =>
  JSON.stringify({
    class_name: "Functional",
    config: { layers, input_layers: [["inputlayer", 0, 0]], output_layers: from },
  });
const steps = { batch_input_shape: [null, null, 3] };
const input = layer("InputLayer", steps);
const LSTM = { lstm: [[3, 8], [2, 8], [8]] };

describe("errors", () => {
  it.each<[string, Uint8Array, string | undefined, string]>([
    [
      "another file",
      new TextEncoder().encode("{}"),
      undefined,
      "neither HDF5 (.h5) nor a zip archive (.keras)",
    ],
    ["nothing", new Uint8Array(0), undefined, "neither HDF5"],
    ["weights alone", weights(LSTM), undefined, "what model.to_json() gave has to be given as config"],
    ["no JSON", weights(LSTM), "{", "the model's configuration is no JSON"],
    [
      "another class of model",
      weights(LSTM),
      '{"class_name":"Mine","config":{"layers":[{"class_name":"A","config":{"name":"a"}}]}}',
      'the model is of class "Mine"',
    ],
    ["no layers", weights(LSTM), sequential(), "the model's layers are []"],
    [
      "unknown layers, all at once",
      weights({}),
      sequential(
        layer("LSTM", { units: 2, ...steps }),
        layer("Lambda", {}),
        layer("EinsumDense", { name: "heads" }),
      ),
      'classes of layers that are not read: "Lambda" (layer "lambda", 2 of 3); "EinsumDense" (layer "heads", 3 of 3); readKerasArrays gives',
    ],
    [
      "options that are not read, all at once",
      weights({ lstm: LSTM.lstm, conv1d: [[3, 2, 4], [4]] }),
      sequential(
        layer("LSTM", { units: 2, activation: "mish", return_sequences: true, ...steps }),
        layer("Conv1D", { filters: 4, kernel_size: 3, groups: 2 }),
      ),
      'layer "lstm" (LSTM): a gate\'s activation is "mish", which is not read; layer "conv1d" (Conv1D): groups is 2, but only 1 is read',
    ],
    [
      "a wrong number of units",
      weights({ lstm: LSTM.lstm }),
      sequential(layer("LSTM", { units: 3, ...steps })),
      'layer "lstm" (LSTM): its kernel ("w0") has shape [3, 8], needed [any, 12]',
    ],
    [
      "a missing weight",
      weights({ lstm: LSTM.lstm.slice(0, 2) }),
      sequential(layer("LSTM", { units: 2, ...steps })),
      "lacks its bias",
    ],
    [
      "a weight too many",
      weights({ lstm: [...LSTM.lstm, [1]] }),
      sequential(layer("LSTM", { units: 2, ...steps })),
      'it has 1 more weights in the file than it needs, the first "w3"',
    ],
    [
      "a bias of another form",
      weights({ gru: [[3, 6], [2, 6], [6]] }),
      sequential(layer("GRU", { units: 2, reset_after: true, ...steps })),
      "its bias has shape [6], needed [2,6] or CuDNN's [12]",
    ],
    [
      "widths that do not fit",
      weights({ lstm: LSTM.lstm, dense: [[5, 1], [1]] }),
      sequential(layer("LSTM", { units: 2, ...steps }), layer("Dense", { units: 1 })),
      'layer "dense" (Dense): reads [B, 2], needed [..., 5]',
    ],
    [
      "a layer that reads what is not there",
      weights(LSTM),
      functional([input, layer("LSTM", { units: 2 }, [["other", 0, 0, {}]])], [["lstm", 0, 0]]),
      'layer "lstm" reads "0:other", which is no call of a layer',
    ],
    [
      "a circle",
      weights({}),
      functional(
        [
          input,
          layer("Add", {}, [
            ["dropout", 0, 0],
            ["inputlayer", 0, 0],
          ]),
          layer("Dropout", { rate: 0 }, [["add", 0, 0]]),
        ],
        [["add", 0, 0]],
      ),
      "layers of the model read one another in a circle",
    ],
    [
      "two layers of one name",
      weights({}),
      sequential(layer("Dropout", { rate: 0 }), layer("Dropout", { rate: 0 })),
      "two layers of the model have one name",
    ],
    [
      "directions that differ",
      weights({}),
      sequential(
        layer("Bidirectional", {
          layer: layer("LSTM", { units: 2 }),
          backward_layer: layer("LSTM", { units: 3, go_backwards: true }),
          ...steps,
        }),
      ),
      "its two directions have different options",
    ],
    [
      "what TimeDistributed cannot wrap here",
      weights({}),
      sequential(layer("TimeDistributed", { layer: layer("LSTM", { units: 2 }), ...steps })),
      "it wraps a layer of class LSTM",
    ],
  ])("%s", async (_, bytes, config, message) => {
    const reading = readKeras(bytes, config === undefined ? {} : { config });
    await expect(reading).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringMatching(/^readKeras: /),
    });
    await expect(reading).rejects.toThrow(message);
  });

  it("a file that is cut short", async () => {
    const bytes = fixture("gru-reset-after.h5");
    for (const length of [9, 100, 800, 2500, bytes.length - 9]) {
      await expect(readKeras(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
        code: "invalid-file",
      });
    }
  });

  it("more memory than is allowed", async () => {
    const bytes = fixture("gru-reset-after.h5");
    await expect(readKeras(bytes, { maxBytes: 5000 })).rejects.toThrow("no more than 5000 are allowed");
    await expect(readKeras(bytes, { maxBytes: -1 })).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("a layer called so often that its copies outgrow the file", async () => {
    const calls = Array.from({ length: 5000 }, () => [["inputlayer", 0, 0, {}]]);
    const config = functional([input, layer("LSTM", { units: 2 }, ...calls)], [["lstm", 0, 0]]);
    const many = weights({ lstm: [[300, 8], [2, 8], [8]] });
    await expect(readKeras(many, { config: config.replaceAll("null,3]", "null,300]") })).rejects.toThrow(
      "are allowed",
    );
  });
});

describe("what a configuration says", () => {
  it("becomes names, options and axes", async () => {
    const config = sequential(
      layer("Embedding", { input_dim: 5, output_dim: 3, mask_zero: true, batch_input_shape: [4, null] }),
      layer("SpatialDropout1D", { rate: 0.5 }),
      layer("LSTM", { units: 2, stateful: true, recurrent_activation: "hard_sigmoid", dropout: 0.5 }),
      layer("Dense", { units: 1, activation: "sigmoid", name: "head" }),
    );
    const bytes = weights({ embedding: [[5, 3]], ...LSTM, head: [[2, 1], [1]] });
    const { config: network, tensors } = await readKeras(bytes, { config });
    expect(network).toEqual({
      inputs: [{ name: "embedding_input", axes: ["B", "T"], kind: "int" }],
      layers: [
        {
          name: "embedding",
          inputs: ["embedding_input"],
          config: { kind: "embedding", vocabularySize: 5, size: 3, maskZero: true },
        },
        {
          name: "lstm",
          inputs: ["embedding"],
          config: {
            kind: "lstm",
            options: {
              inputSize: 3,
              hiddenSize: 2,
              batchFirst: true,
              bias: "single",
              activations: [{ name: "hard-sigmoid", alpha: 0.2, beta: 0.5 }, "tanh", "tanh"],
            },
            returns: "last",
          },
        },
        {
          name: "head",
          inputs: ["lstm"],
          config: { kind: "linear", inputSize: 2, outputSize: 1, bias: true },
        },
        { name: "head_sigmoid", inputs: ["head"], config: { kind: "activation", activation: "sigmoid" } },
      ],
      outputs: [{ name: "head_sigmoid", from: "head_sigmoid" }],
    });
    expect(Object.keys(tensors)).toEqual([
      "embedding.weight",
      "lstm.weight_ih_l0",
      "lstm.weight_hh_l0",
      "lstm.bias_ih_l0",
      "head.weight",
      "head.bias",
    ]);
  });

  it("is given for the weights of Keras 3 alone", async () => {
    const bytes = fixture("functional.keras");
    const archive = openZip(new ByteReader("call", bytes), new Allowance("call", bytes.length));
    const text = new TextDecoder().decode(await archive.read("config.json"));
    const alone = await readKeras(await archive.read("model.weights.h5"), {
      config: JSON.stringify({ ...JSON.parse(text), keras_version: "3.5.0" }),
    });
    expect(alone).toEqual(await readKeras(bytes));
  });

  it("outputs of two directions that are not merged are two", async () => {
    const config = sequential(
      layer("Bidirectional", {
        name: "both",
        merge_mode: null,
        layer: layer("LSTM", { units: 2 }),
        ...steps,
      }),
    );
    const { config: network } = await readKeras(weights({ both: [...LSTM.lstm, ...LSTM.lstm] }), { config });
    expect(network.outputs.map(({ from }) => from)).toEqual(["both_forward", "both_backward"]);
    expect(network.layers[1].config).toMatchObject({ options: { direction: "reverse" } });
  });
});
