import { describe, expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { tensor } from "../tensor/tensor.ts";
import { GRU, LSTM, type LSTMOptions, type Recurrent, type RecurrentOptions, RNN } from "./recurrent.ts";
import { RecurrentSession } from "./session.ts";

const STEPS = 7;
const INPUT = 5;
const HIDDEN = 19;
const SIZES = { inputSize: 2, hiddenSize: 3 };

const cells: Record<string, (device: Device, options: RecurrentOptions) => Recurrent> = {
  "RNN tanh": (device, options) => new RNN(device, options),
  "RNN relu": (device, options) => new RNN(device, { ...options, nonlinearity: "relu" }),
  LSTM: (device, options) => new LSTM(device, options),
  GRU: (device, options) => new GRU(device, options),
};
const devices = [await openDevice({ backend: "reference" }), await openDevice()];

/** Layers, a sequence, and the outputs [T, B, H] that they give when they read it at once. */
async function wholeSequence(device: Device, cell: string, batch: number, more: Partial<LSTMOptions> = {}) {
  const generator = new Generator(3);
  const layers = cells[cell](device, {
    ...{ inputSize: INPUT, hiddenSize: HIDDEN, numLayers: 2, dropout: 0.5, generator },
    ...more,
  });
  const numbers = Float32Array.from({ length: STEPS * batch * INPUT }, () => generator.uniformBetween(-2, 2));
  layers.eval();
  const { outputs } = layers.forward(tensor(device, numbers, [STEPS, batch, INPUT]));
  layers.train();
  const xs = Array.from({ length: STEPS }, (_, t) =>
    numbers.subarray(t * batch * INPUT, (t + 1) * batch * INPUT),
  );
  return { layers, xs, expected: await outputs.toArray() };
}

function stream(session: RecurrentSession, xs: readonly Float32Array[]): number[] {
  const output = new Float32Array(session.batchSize * HIDDEN);
  return xs.flatMap((x) => {
    session.step(x, output);
    return [...output];
  });
}

function expectClose(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, entry] of actual.entries())
    expect(Math.abs(entry - expected[index]), `entry ${index}`).toBeLessThan(1e-6);
}

describe.each(devices.map((device) => [device.backend, device] as const))("%s", (_, device) => {
  describe.each(Object.keys(cells))("%s", (cell) => {
    test.each([
      ["one sequence", 1, {}],
      ["three side by side", 3, {}],
      ["without biases", 2, { bias: "none" }],
    ] as const)("step by step is the whole sequence: %s", async (_, batch, options) => {
      const { layers, xs, expected } = await wholeSequence(device, cell, batch, options);
      const session = new RecurrentSession(layers, { batchSize: batch });
      expectClose(stream(session, xs), expected);
      session.reset();
      expectClose(stream(session, xs), expected);
    });

    test("a state that was kept goes on from where it was, in another session too", async () => {
      const { layers, xs } = await wholeSequence(device, cell, 1);
      const session = new RecurrentSession(layers);
      stream(session, xs.slice(0, 3));
      const kept = session.state();
      const after = stream(session, xs.slice(3));
      session.restore(kept);
      expect(stream(session, xs.slice(3))).toEqual(after);
      const other = new RecurrentSession(layers);
      other.restore(kept);
      expect(stream(other, xs.slice(3))).toEqual(after);
      expect(() => other.restore(new Float32Array(3))).toThrow("restore: the state has 3 numbers");
    });
  });

  test("steps allocate nothing in the heap", async () => {
    const { layers, xs } = await wholeSequence(device, "LSTM", 1);
    const session = new RecurrentSession(layers);
    stream(session, xs);
    const before = device.heap.use();
    for (let round = 0; round < 50; round++) stream(session, xs);
    expect(device.heap.use()).toEqual(before);
  });

  test("weights that have changed are seen", async () => {
    const { layers, xs, expected } = await wholeSequence(device, "GRU", 1);
    const session = new RecurrentSession(layers);
    for (const parameter of layers.parameters()) parameter.assign(new Float32Array(parameter.size));
    expect(stream(session, xs)).toEqual(Array(expected.length).fill(0));
  });
});

test("wrong arguments are named", () => {
  const layers = new LSTM(devices[0], { inputSize: 2, hiddenSize: 3 });
  const session = new RecurrentSession(layers);
  expect(() => session.step(new Float32Array(3), new Float32Array(3))).toThrow(
    "step: input and output have 3 and 3 numbers, needed 2 and 3",
  );
  expect(() => session.step(new Float32Array(2), new Float32Array(2))).toThrow("have 2 and 2 numbers");
  expect(() => new RecurrentSession(layers, { batchSize: 0 })).toThrow("batchSize is 0");
  const both = new GRU(devices[0], { inputSize: 2, hiddenSize: 3, direction: "bidirectional" });
  expect(() => new RecurrentSession(both)).toThrow("these layers are bidirectional");
});

test.each<[Partial<LSTMOptions>]>([
  [{ peepholes: true, bias: "single" }],
  [{ coupled: true, peepholes: true, cellClip: 0.3, gateClip: 0.5 }],
  [{ activations: ["hard-sigmoid", "softsign", "affine"], recurrentDropout: 0.5, weightNoise: 0.1 }],
])("step by step is the whole sequence for an LSTM with %j", async (options) => {
  const { layers, xs, expected } = await wholeSequence(devices[0], "LSTM", 2, options);
  expectClose(stream(new RecurrentSession(layers, { batchSize: 2 }), xs), expected);
});

test.each<[Recurrent, string]>([
  [new LSTM(devices[0], { ...SIZES, direction: "reverse" }), "are reversed, needed ones that read forwards"],
  [new LSTM(devices[0], { ...SIZES, projectionSize: 2 }), "project h"],
  [new LSTM(devices[0], { ...SIZES, layerNorm: true }), "are layer-normalised"],
  [new GRU(devices[0], { ...SIZES, resetAfter: false }), "have a candidate that reads gated h"],
  [new GRU(devices[0], { ...SIZES, zoneout: { h: 0.1 } }), "have zoneout"],
  [new RNN(devices[0], { ...SIZES, initialState: "learnt" }), "have a learnt initial state"],
])("what a session does not know is refused: %#", (layers, reason) => {
  expect(() => new RecurrentSession(layers)).toThrow(`RecurrentSession: these layers ${reason}`);
});
