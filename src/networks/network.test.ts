import { beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { Generator } from "../random/philox.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { select, swapAxes } from "../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { NetworkConfig } from "./config.ts";
import { Network } from "./network.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

/** Ids [B, T] to the classes of what each sequence ends in. */
const classifier: NetworkConfig = {
  inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
  layers: [
    {
      name: "words",
      inputs: ["ids"],
      config: { kind: "embedding", vocabularySize: 7, size: 3, maskZero: true },
    },
    {
      name: "lstm",
      inputs: ["words"],
      config: {
        kind: "lstm",
        options: { inputSize: 3, hiddenSize: 5, direction: "bidirectional", batchFirst: true },
        returns: "last",
      },
    },
    { name: "head", inputs: ["lstm"], config: { kind: "linear", inputSize: 10, outputSize: 4, bias: true } },
  ],
  outputs: [{ name: "logits", from: "head" }],
};

const close = async (a: Tensor, b: Tensor) => {
  const [x, y] = await Promise.all([a.toArray(), b.toArray()]);
  expect(a.shape).toEqual(b.shape);
  for (const [index, value] of y.entries()) expect(x[index], `[${index}]`).toBeCloseTo(value, 5);
};

test("parameters are named after their layers", () => {
  const network = new Network(device, classifier);
  expect([...network.namedParameters().keys()]).toEqual([
    "words.weight",
    ...["", "_reverse"].flatMap((suffix) =>
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `lstm.${name}_l0${suffix}`),
    ),
    "head.weight",
    "head.bias",
  ]);
});

test("a network is what its layers are by hand; padding ids end a sequence, and each hands on where it ended", async () => {
  const network = new Network(device, classifier, { generator: new Generator(1) });
  const rows = [
    [1, 2, 3, 0],
    [4, 5, 6, 1],
    [2, 0, 0, 0],
  ];
  const { outputs, state } = network.forward({ ids: ints(device, rows.flat(), [3, 4]) });
  for (const [row, ids] of rows.entries()) {
    const alone = ids.filter((id) => id !== 0);
    const { outputs: own, state: ownState } = network.forward({
      ids: ints(device, alone, [1, alone.length]),
    });
    await close(select(outputs.logits, row), select(own.logits, 0));
    await close(select(swapAxes(state.lstm.h), row), select(swapAxes(ownState.lstm.h), 0));
  }
});

test("lengths say the same as padding", async () => {
  const network = new Network(device, classifier);
  const [ids, unpadded] = [
    ints(device, [1, 2, 0, 3, 4, 5], [2, 3]),
    ints(device, [1, 2, 6, 3, 4, 5], [2, 3]),
  ];
  const byLengths = network.forward({ ids: unpadded }, { lengths: [2, 3] });
  await close(byLengths.outputs.logits, network.forward({ ids }).outputs.logits);
});

test("gradients reach every parameter", () => {
  const network = new Network(device, classifier);
  device.scope(() => {
    const { outputs } = network.forward({ ids: ints(device, [1, 2, 3, 4], [2, 2]) });
    crossEntropy(outputs.logits, ints(device, [0, 3])).backward();
  });
  for (const [name, parameter] of network.namedParameters()) expect(parameter.grad, name).toBeDefined();
});

test("a recurrent layer is batch-major unless it says otherwise, step by step too", async () => {
  const configOf = (batchFirst: boolean | undefined): NetworkConfig => ({
    inputs: [{ name: "xs", axes: ["B", "T", 2], kind: "float" }],
    layers: [
      {
        name: "gru",
        inputs: ["xs"],
        config: {
          kind: "gru",
          options: { inputSize: 2, hiddenSize: 4, ...(batchFirst === undefined ? {} : { batchFirst }) },
          returns: "last",
        },
      },
    ],
    outputs: [{ name: "y", from: "gru" }],
  });
  const [silent, said] = [undefined, true].map((batchFirst) => new Network(device, configOf(batchFirst)));
  said.loadStateDict(await silent.stateDict());
  const numbers = Float32Array.from({ length: 70 }, (_, index) => Math.sin(index));
  const [one, other] = [silent, said].map(
    (network) => network.forward({ xs: tensor(device, numbers, [5, 7, 2]) }).outputs.y,
  );
  expect(one.shape).toEqual([5, 4]);
  await close(one, other);
  const session = silent.session({ batchSize: 5 });
  const y = new Float32Array(20);
  for (let t = 0; t < 7; t++) {
    const entry = (place: number) => numbers[(Math.floor(place / 2) * 7 + t) * 2 + (place % 2)];
    session.stepInto({ xs: Float32Array.from({ length: 10 }, (_, place) => entry(place)) }, { y });
  }
  await close(tensor(device, y, [5, 4]), one);
});

test("a state given back goes on where the last call ended", async () => {
  const config: NetworkConfig = {
    inputs: [{ name: "xs", axes: ["T", "B", 2], kind: "float" }],
    layers: [
      {
        name: "gru",
        inputs: ["xs"],
        config: {
          kind: "gru",
          options: { inputSize: 2, hiddenSize: 3, batchFirst: false },
          returns: "sequence",
        },
      },
      { name: "out", inputs: ["gru"], config: { kind: "activation", activation: "silu" } },
    ],
    outputs: [{ name: "y", from: "out" }],
  };
  const network = new Network(device, config);
  const numbers = Float32Array.from({ length: 8 }, (_, index) => Math.sin(index));
  const whole = network.forward({ xs: tensor(device, numbers, [4, 1, 2]) });
  const first = network.forward({ xs: tensor(device, numbers.slice(0, 4), [2, 1, 2]) });
  const second = network.forward({ xs: tensor(device, numbers.slice(4), [2, 1, 2]) }, { state: first.state });
  await close(second.state.gru.h, whole.state.gru.h);
  await close(select(second.outputs.y, 1), select(whole.outputs.y, 3));
});

test("what does not fit is named", () => {
  const network = new Network(device, classifier);
  const ids = ints(device, [1, 2], [1, 2]);
  expect(() => network.forward({})).toThrow("network: input ids is missing, needed [B, T] (int)");
  expect(() => network.forward({ ids: tensor(device, [1, 2], [1, 2]) })).toThrow(
    "[1, 2] (float), needed [B, T] (int)",
  );
  expect(() => network.forward({ ids, mask: ids })).toThrow("input mask was given, but this network has ids");
  expect(() => network.forward({ ids }, { state: { gru: { h: ids } } })).toThrow("state of layer gru");
  expect(() => network.forward({ ids: ints(device, [9, 1], [1, 2]) })).toThrow(
    "layer words: Embedding: id 9",
  );
  const zoneout = {
    kind: "gru",
    options: { inputSize: 3, hiddenSize: 2, zoneout: { c: 0.5 } },
    returns: "last",
  };
  const layers = [{ name: "unit", inputs: ["x"], config: zoneout }] as NetworkConfig["layers"];
  const inputs = [{ name: "x", axes: ["T", "B", 3], kind: "float" }] as const;
  expect(() => new Network(device, { inputs, layers, outputs: [{ name: "y", from: "unit" }] })).toThrow(
    "network: layer unit: GRU: zoneout.c is 0.5, needed 0: this cell has no c",
  );
});
