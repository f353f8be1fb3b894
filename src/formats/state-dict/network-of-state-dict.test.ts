import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { StateDict } from "../../module/state-dict.ts";
import { type NetworkData, networkFrom } from "../../networks/network-data.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { ints, tensor } from "../../tensor/tensor.ts";
import { networkOfBasicLSTM } from "../basic-lstm.ts";
import { readPyTorch } from "../pytorch.ts";
import { networkOfStateDict, type StateDictNetworkOptions } from "./network-of-state-dict.ts";
import { stateDictOf } from "./state-dict-of.ts";

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Fixture {
  readonly tensors: Readonly<Record<string, Plain>>;
  readonly inputs: Plain;
  readonly outputs: Plain;
}

// State dictionaries of PyTorch 1.13, what their modules make of inputs, and BasicLSTMCell's equations (scripts/pytorch-fixtures.py).
const folder = new URL("../../../test/fixtures/pytorch/", import.meta.url);
const FIXTURES: Record<string, Fixture> = JSON.parse(readFileSync(new URL("networks.json", folder), "utf8"));

const tensorsOf = (name: string): StateDict =>
  Object.fromEntries(
    Object.entries(FIXTURES[name].tensors).map(([own, { shape, data }]) => [
      own,
      { shape, data: Float32Array.from(data) },
    ]),
  );

/** Zeros of these shapes. */
const zeros = (shapes: Record<string, number[]>): StateDict =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) },
    ]),
  );

const lstm = (name: string, inputs: number, hidden: number) => ({
  [`${name}.weight_ih_l0`]: [4 * hidden, inputs],
  [`${name}.weight_hh_l0`]: [4 * hidden, hidden],
});

/** Names of the layers of a network. */
const layersOf = ({ config }: NetworkData) => config.layers.map(({ name }) => name);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

/** Runs a fixture's inputs through a network and compares the outputs. */
async function expectOutputs(data: NetworkData, { inputs, outputs }: Fixture): Promise<void> {
  const [input] = data.config.inputs;
  const values =
    input.kind === "int"
      ? ints(device, inputs.data, inputs.shape)
      : tensor(device, inputs.data, inputs.shape);
  const { output } = networkFrom(device, data).forward({ [input.name]: values }).outputs;
  expect(output.shape).toEqual(outputs.shape);
  const numbers = await output.toArray();
  for (const [index, expected] of outputs.data.entries())
    expect(Math.abs(numbers[index] - expected), `[${index}]: ${numbers[index]}, ${expected}`).toBeLessThan(
      1e-5,
    );
}

describe("networkOfStateDict", () => {
  it.each<[string, StateDictNetworkOptions, string[]]>([
    ["tagger", {}, ["encoder", "rnn", "decoder"]],
    ["cells", {}, ["cells.0", "cells.1"]],
    ["lstm", {}, ["lstm"]],
    ["gru", {}, ["gru"]],
    ["rnn", { nonlinearity: "tanh" }, ["rnn"]],
    [
      "norm",
      {
        nonlinearity: "relu",
        order: ["c_inputs", "b_rnn", "a_head", "d_norm", "e_last"],
        activations: { d_norm: "sigmoid" },
      },
      ["c_inputs", "b_rnn", "a_head", "d_norm", "d_norm.activation", "e_last"],
    ],
  ])("gives what PyTorch gives: %s", async (name, options, layers) => {
    const data = networkOfStateDict(tensorsOf(name), options);
    expect(layersOf(data)).toEqual(layers);
    await expectOutputs(data, FIXTURES[name]);
  });

  it("of a file", async () => {
    const bytes = readFileSync(new URL("tagger.pt", folder));
    const data = networkOfStateDict(stateDictOf(await readPyTorch(bytes)), { returns: "last" });
    expect(data.config.inputs).toEqual([{ name: "ids", axes: ["B", "T"], kind: "int" }]);
    expect(data.config.layers[1]).toEqual({
      name: "rnn",
      inputs: ["encoder"],
      config: {
        kind: "lstm",
        options: {
          ...{ inputSize: 3, hiddenSize: 2, numLayers: 2 },
          ...{ direction: "bidirectional", batchFirst: true, bias: "double" },
        },
        returns: "last",
      },
    });
  });

  it("does not depend on the order of tensors, nor on what wraps a module", () => {
    const names = Object.entries(tensorsOf("tagger"));
    const wrapped = names.reverse().map(([name, tensor]) => [`module._orig_mod.${name}`, tensor]);
    expect(layersOf(networkOfStateDict(Object.fromEntries(wrapped)))).toEqual(["encoder", "rnn", "decoder"]);
  });

  it("of layers whose names differ in a number takes the smaller first, of ten before two", () => {
    const shapes = { ...lstm("layer10", 4, 4), ...lstm("layer2", 4, 4), "fc.weight": [3, 4], "fc.bias": [3] };
    expect(layersOf(networkOfStateDict(zeros(shapes)))).toEqual(["layer2", "layer10", "fc"]);
  });

  it("tells an embedding from a linear layer without bias by name, by width or by option", () => {
    const tied = { "encoder.weight": [9, 4], ...lstm("rnn", 4, 4), "decoder.weight": [9, 4] };
    expect(layersOf(networkOfStateDict(zeros(tied)))).toEqual(["encoder", "rnn", "decoder"]);
    const byWidth = { "x.weight": [9, 4], ...lstm("rnn", 4, 5), "y.weight": [9, 5] };
    expect(layersOf(networkOfStateDict(zeros(byWidth)))).toEqual(["x", "rnn", "y"]);
    const unclear = { "x.weight": [4, 4], ...lstm("rnn", 4, 5) };
    expect(() => networkOfStateDict(zeros(unclear))).toThrow(
      'x can be an embedding or a linear layer without bias; give { kinds: { "x": "embedding" } } or "linear"',
    );
    const { config } = networkOfStateDict(zeros(unclear), { kinds: { x: "linear" } });
    expect(config.inputs[0]).toEqual({ name: "input", axes: ["B", "T", 4], kind: "float" });
  });

  const TWO_LSTMS = { ...lstm("first", 4, 4), ...lstm("second", 4, 4) };
  const TWO_LINEAR = {
    ...lstm("rnn", 2, 4),
    "a.weight": [8, 4],
    "a.bias": [8],
    "b.weight": [3, 8],
    "b.bias": [3],
  };
  it.each<[string, Record<string, number[]>, StateDictNetworkOptions, string]>([
    [
      "an RNN's function",
      { weight_ih_l0: [2, 3], weight_hh_l0: [2, 2] },
      {},
      'give { nonlinearity: "tanh" } or',
    ],
    [
      "an order",
      TWO_LSTMS,
      {},
      'fit together both as first, second and as second, first; give { order: ["first", "second"] }',
    ],
    [
      "what is between linear layers",
      TWO_LINEAR,
      {},
      'give { activations: { "a": "relu" } }, another function or',
    ],
    [
      "an order that fits",
      TWO_LINEAR,
      { order: ["a", "rnn", "b"] },
      "in the order a, rnn, b the widths do not agree",
    ],
    ["an order of all layers", TWO_LSTMS, { order: ["first"] }, "needed each of first, second once"],
    [
      "layers that are there",
      TWO_LSTMS,
      { order: ["first", "third"] },
      "the options name third; the layers are",
    ],
    [
      "layers that fit",
      { ...lstm("rnn", 2, 4), "a.weight": [8, 5], "a.bias": [8] },
      {},
      "fit together in no order, each reading the one before it: rnn (weight_ih_l0 [16, 2]",
    ],
    [
      "tensors of known layers",
      { ...lstm("rnn", 2, 4), "conv.weight": [1, 2, 3], "bn.running_mean": [2] },
      {},
      "belong to no RNN, GRU, LSTM, Embedding, Linear or LayerNorm: conv.weight [1, 2, 3], bn.running_mean [2]",
    ],
    ["any tensors", {}, {}, "(there are none)"],
    [
      "gates",
      { weight_ih_l0: [10, 3], weight_hh_l0: [10, 5] },
      {},
      "which is none of RNN (H rows), GRU (3H)",
    ],
    [
      "a projection of an LSTM",
      { weight_ih_l0: [12, 3], weight_hh_l0: [12, 2], weight_hr_l0: [2, 4] },
      {},
      "and weight_hr_l0 [2, 4], which is none of",
    ],
    [
      "matrices",
      { "rnn.weight_ih_l0": [8, 3], "rnn.bias_ih_l0": [8] },
      {},
      "layer rnn needs matrices weight_ih_l0 and",
    ],
    [
      "names of an ordinary length",
      { [`${"x".repeat(300)}.weight`]: [2, 2] },
      {},
      "is longer than 256 characters",
    ],
  ])("asks for %s", (_, shapes, options, message) => {
    expect(() => networkOfStateDict(zeros(shapes), options)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(message),
      }),
    );
  });

  it("names tensors that a layer lacks or has too many", () => {
    const { "rnn.bias_hh_l1": _, ...rest } = tensorsOf("tagger");
    expect(() => networkOfStateDict(rest)).toThrow("tensor rnn.bias_hh_l1 [8] is missing");
    expect(() => networkOfStateDict({ ...rest, "rnn.weight_hh_l900": rest["rnn.weight_hh_l0"] })).toThrow(
      "tensor rnn.weight_ih_l2 [8, 4] is missing",
    );
  });

  it("gives up where layers are too many to be ordered", () => {
    const many = Object.fromEntries(
      Array.from({ length: 26 }, (_, index) => [
        `${String.fromCharCode(97 + index)}.weight_ih_l0`,
        [16, 4],
      ]).flatMap(([name, shape]) => [
        [name, shape],
        [(name as string).replace("ih", "hh"), shape],
      ]),
    );
    expect(() => networkOfStateDict(zeros({ ...many, ...lstm("odd", 7, 9) }))).toThrow(
      "there are too many layers to find their order by their widths; give { order: [",
    );
  });
});

describe("networkOfBasicLSTM", () => {
  it("gives what the published equations give, the forget bias added", async () => {
    await expectOutputs(networkOfBasicLSTM(tensorsOf("basic")), FIXTURES.basic);
    const { bias } = tensorsOf("basic");
    const added = {
      shape: bias.shape,
      data: bias.data.map((value, index) => value + (index >> 1 === 2 ? 1 : 0)),
    };
    const data = networkOfBasicLSTM({ ...tensorsOf("basic"), bias: added }, { forgetBias: 0 });
    await expectOutputs(data, FIXTURES.basic);
  });

  it("puts cells one above the other by their numbers", () => {
    const cell = (index: number, inputs: number, hidden: number) => ({
      [`rnn/cell_${index}/basic_lstm_cell/kernel`]: [inputs + hidden, 4 * hidden],
      [`rnn/cell_${index}/basic_lstm_cell/bias`]: [4 * hidden],
    });
    const data = networkOfBasicLSTM(zeros({ ...cell(1, 5, 5), ...cell(0, 3, 5) }), { returns: "last" });
    expect(layersOf(data)).toEqual(["rnn.cell_0.basic_lstm_cell", "rnn.cell_1.basic_lstm_cell"]);
    expect(data.config.layers.map(({ config }) => "returns" in config && config.returns)).toEqual([
      "sequence",
      "last",
    ]);
    expect(() => networkOfBasicLSTM(zeros({ ...cell(0, 3, 5), ...cell(1, 4, 5) }))).toThrow(
      "do not follow from their names and widths",
    );
  });

  it.each<[string, Record<string, number[]>]>([
    ["no bias", { kernel: [5, 8] }],
    ["a kernel of three gates", { kernel: [5, 6], bias: [6] }],
    ["no room for inputs", { kernel: [2, 8], bias: [8] }],
    ["others beside it", { kernel: [5, 8], bias: [8], w_f_diag: [2] }],
  ])("refuses a cell with %s", (_, shapes) => {
    expect(() => networkOfBasicLSTM(zeros(shapes))).toThrow(
      "needed kernel [I + H, 4H] and bias [4H] of a BasicLSTMCell and no others",
    );
  });
});
