import { describe, expect, test } from "vitest";
import { narrowWeights } from "../layers/narrow-weights.ts";
import { Generator } from "../random/philox.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { LayerConfig, NetworkConfig, NetworkLayer } from "./config.ts";
import { Network } from "./network.ts";

const devices = [await openDevice({ backend: "reference" }), await openDevice()];
const STEPS = 6;

const layer = (name: string, inputs: readonly string[], config: LayerConfig): NetworkLayer => ({
  name,
  inputs,
  config,
});

/** Ids and numbers of each step through all kinds of layers that a stream can pass. */
function everything(batchFirst: boolean): NetworkConfig {
  const axes = batchFirst ? ["B", "T"] : ["T", "B"];
  return {
    inputs: [
      { name: "ids", axes, kind: "int" },
      { name: "xs", axes: [...axes, 3], kind: "float" },
    ],
    layers: [
      layer("words", ["ids"], { kind: "embedding", vocabularySize: 5, size: 3, maskZero: true }),
      layer("masked", ["xs"], { kind: "masking", value: 9 }),
      layer("both", ["words", "masked"], { kind: "concat", axis: -1 }),
      layer("dropped", ["both"], { kind: "dropout", probability: 0.5 }),
      layer("lstm", ["dropped"], {
        kind: "lstm",
        options: { inputSize: 6, hiddenSize: 7, numLayers: 2, peepholes: true, batchFirst },
        returns: "sequence",
      }),
      layer("norm", ["lstm"], { kind: "layer-norm", size: 7, epsilon: 1e-5 }),
      layer("silu", ["norm"], { kind: "activation", activation: "silu" }),
      layer("tanh", ["norm"], { kind: "activation", activation: "tanh" }),
      layer("mean", ["silu", "tanh", "norm"], { kind: "average" }),
      layer("product", ["mean", "tanh"], { kind: "multiply" }),
      layer("sum", ["product", "silu"], { kind: "add" }),
      layer("head", ["sum"], { kind: "linear", inputSize: 7, outputSize: 4, bias: true }),
      layer("classes", ["head"], { kind: "activation", activation: "softmax" }),
      layer("gru", ["sum"], {
        kind: "gru",
        options: { inputSize: 7, hiddenSize: 5, resetAfter: false, batchFirst },
        returns: "last",
      }),
      layer("flat", ["gru"], { kind: "flatten" }),
      layer("end", ["flat"], { kind: "linear", inputSize: 5, outputSize: 2, bias: false }),
    ],
    outputs: [
      { name: "classes", from: "classes" },
      { name: "end", from: "end" },
    ],
  };
}

/** Numbers of step t [B, width] out of a sequence [T, B, width] or [B, T, width]. */
function stepOf(numbers: Float32Array, t: number, batch: number, batchFirst: boolean): Float32Array {
  const width = numbers.length / STEPS / batch;
  const row = (b: number) => (batchFirst ? b * STEPS + t : t * batch + b) * width;
  return Float32Array.from(
    { length: batch * width },
    (_, i) => numbers[row(Math.floor(i / width)) + (i % width)],
  );
}

async function inputsOf(device: Device, batch: number, batchFirst: boolean) {
  const generator = new Generator(2);
  const sides = batchFirst ? [batch, STEPS] : [STEPS, batch];
  const idNumbers = Float32Array.from(
    { length: STEPS * batch },
    () => 1 + Math.floor(generator.uniformBetween(0, 4)),
  );
  const xNumbers = Float32Array.from({ length: STEPS * batch * 3 }, () => generator.uniformBetween(-2, 2));
  const tensors: Record<string, Tensor> = {
    ids: ints(device, idNumbers, sides),
    xs: tensor(device, xNumbers, [...sides, 3]),
  };
  return { idNumbers, xNumbers, tensors };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < actual.length; index++)
    expect(Math.abs(actual[index] - expected[index]), `entry ${index}`).toBeLessThan(1e-6);
}

describe.each(devices.map((device) => [device.backend, device] as const))("%s", (_, device) => {
  test.each([
    [1, true],
    [3, true],
    [3, false],
  ])("steps are those of whole sequences: B %d, batchFirst %s", async (batch, batchFirst) => {
    const network = new Network(device, everything(batchFirst), { generator: new Generator(1) });
    const { idNumbers, xNumbers, tensors } = await inputsOf(device, batch, batchFirst);
    network.eval();
    const whole = network.forward(tensors).outputs;
    network.train();
    const [classes, end] = [await whole.classes.toArray(), await whole.end.toArray()];
    const session = network.session({ batchSize: batch });
    const made = { classes: new Float32Array(batch * 4), end: new Float32Array(batch * 2) };
    const step = (t: number) => {
      const [ids, xs] = [idNumbers, xNumbers].map((numbers) => stepOf(numbers, t, batch, batchFirst));
      session.stepInto({ ids, xs }, made);
    };
    for (let t = 0; t < STEPS; t++) {
      step(t);
      expectClose(made.classes, stepOf(classes, t, batch, batchFirst));
    }
    expectClose(made.end, end);

    const used = device.heap.use();
    session.reset();
    for (let t = 0; t < 3; t++) step(t);
    const middle = session.state();
    for (let t = 3; t < STEPS; t++) step(t);
    expect(device.heap.use()).toEqual(used);
    session.restore(middle);
    const other = session.fork();
    step(4);
    for (const t of [3, 4, 5]) {
      const [ids, xs] = [idNumbers, xNumbers].map((numbers) => stepOf(numbers, t, batch, batchFirst));
      other.stepInto({ ids, xs }, { end: made.end });
    }
    expectClose(made.end, end);
  });
});

const [, device] = devices;

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
])(
  "a causal convolution of %d places, dilation %d, steps as over sequences, and its past is state",
  async (kernelSize, dilation) => {
    const conv = {
      kind: "conv1d",
      inputSize: 3,
      outputSize: 4,
      kernelSize,
      stride: 1,
      dilation,
      bias: true,
    } as const;
    const config: NetworkConfig = {
      inputs: [{ name: "xs", axes: ["B", "T", 3], kind: "float" }],
      layers: [
        layer("conv", ["xs"], { ...conv, padding: "causal" }),
        layer("rnn", ["conv"], {
          kind: "rnn",
          options: { inputSize: 4, hiddenSize: 5, batchFirst: true },
          returns: "sequence",
        }),
      ],
      outputs: [{ name: "ys", from: "rnn" }],
    };
    for (const own of devices) {
      const network = new Network(own, config, { generator: new Generator(6) });
      const { xNumbers, tensors } = await inputsOf(own, 2, true);
      const whole = await network.forward({ xs: tensors.xs }).outputs.ys.toArray();
      let session = network.session({ batchSize: 2 });
      const y = new Float32Array(10);
      session.stepInto({ xs: new Float32Array(6).fill(7) }, { ys: y });
      session.reset();
      for (let t = 0; t < STEPS; t++) {
        session.stepInto({ xs: stepOf(xNumbers, t, 2, true) }, { ys: y });
        expectClose(y, stepOf(whole, t, 2, true));
        if (t === 3) session = session.fork();
      }
    }
  },
);

test.each(["float16", "int8"] as const)(
  "weights stored as %s are read by steps as by sequences",
  async (precision) => {
    const network = new Network(device, everything(true), { generator: new Generator(1) }).eval() as Network;
    narrowWeights(network, precision);
    const { idNumbers, xNumbers, tensors } = await inputsOf(device, 2, true);
    const end = await network.forward(tensors).outputs.end.toArray();
    const session = network.session({ batchSize: 2 });
    const made = { end: new Float32Array(4) };
    for (let t = 0; t < STEPS; t++) {
      const [ids, xs] = [idNumbers, xNumbers].map((numbers) => stepOf(numbers, t, 2, true));
      session.stepInto({ ids, xs }, made);
    }
    expectClose(made.end, end);
  },
);

test("what cannot be streamed is refused, all of it by name", () => {
  const config: NetworkConfig = {
    inputs: [{ name: "xs", axes: ["B", "T", 2], kind: "float" }],
    layers: [
      layer("conv", ["xs"], {
        ...{
          kind: "conv1d",
          inputSize: 2,
          outputSize: 2,
          kernelSize: 3,
          stride: 1,
          dilation: 1,
          padding: "same",
        },
        bias: true,
      }),
      layer("ways", ["conv"], {
        kind: "gru",
        options: { inputSize: 2, hiddenSize: 2, direction: "bidirectional", batchFirst: true },
        returns: "sequence",
      }),
      layer("flat", ["ways"], { kind: "flatten" }),
    ],
    outputs: [{ name: "y", from: "flat" }],
  };
  expect(() => new Network(device, config).session()).toThrow(
    'session: this network cannot be read step by step: layer conv (conv1d) has padding "same", needed "causal", which sees no later step; ' +
      "layer ways (gru) reads both ways, and the end of a stream is not known; layer flat (flatten) joins the steps of [B, T, 4]",
  );
});

test("a step of the wrong width, an id that is not there and a state of another network change nothing", () => {
  const network = new Network(device, everything(true));
  const session = network.session();
  const outputs = { end: new Float32Array(2) };
  const [ids, xs] = [[1], [0.5, 1, 2]];
  session.stepInto({ ids, xs }, outputs);
  const before = session.state();
  const fails = (inputs: Record<string, number[]>) => () => session.stepInto(inputs, outputs);
  expect(fails({ ids, xs: [1, 2] })).toThrow("step: input xs has 2 numbers, needed 3 (1 × 3)");
  expect(fails({ ids })).toThrow("step: input xs has 0 numbers, needed 3");
  expect(fails({ ids: [1.5], xs })).toThrow("step: input ids has 1.5, needed whole numbers");
  expect(fails({ ids: [5], xs })).toThrow("step: layer words reads id 5, needed 1 to 4");
  expect(fails({ ids: [0], xs })).toThrow("0 is padding");
  expect(fails({ ids, xs: [9, 9, 9] })).toThrow("layer masked masks the step of sequence 0");
  expect(() => session.restore(before.slice(0, -3))).toThrow("the state is truncated or damaged");
  expect(() => session.restore(Uint8Array.of(1, 2))).toThrow("no state that a network's session returned");
  const wider = everything(true).layers.map((each) =>
    each.name === "gru"
      ? { ...each, config: { ...each.config, options: { inputSize: 7, hiddenSize: 6, batchFirst: true } } }
      : each,
  );
  const other = {
    ...everything(true),
    layers: wider.slice(0, -1) as NetworkLayer[],
    outputs: [{ name: "end", from: "flat" }],
  };
  const foreign = new Network(device, other).session().state();
  expect(() => session.restore(foreign)).toThrow("restore: the state belongs to");
  expect(session.state()).toEqual(before);
});
