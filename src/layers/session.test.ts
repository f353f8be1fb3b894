import { describe, expect, test, vi } from "vitest";
import { Generator } from "../random/philox.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { tensor } from "../tensor/tensor.ts";
import { GRU, LSTM, type Recurrent, type RecurrentOptions, RNN } from "./recurrent.ts";
import { RecurrentSession } from "./session.ts";

const STEPS = 7;
const INPUT = 5;
const HIDDEN = 19;

const cells: Record<string, (device: Device, options: RecurrentOptions) => Recurrent> = {
  "RNN tanh": (device, options) => new RNN(device, options),
  "RNN relu": (device, options) => new RNN(device, { ...options, nonlinearity: "relu" }),
  LSTM: (device, options) => new LSTM(device, options),
  GRU: (device, options) => new GRU(device, options),
};
const devices = [await openDevice({ backend: "reference" }), await openDevice()];

/** Layers, a sequence, and the outputs [T, B, H] that they give when they read it at once. */
async function wholeSequence(
  device: Device,
  cell: string,
  batch: number,
  more: Partial<RecurrentOptions> = {},
) {
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
      ["without biases", 2, { bias: false }],
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
    });

    test("a fork goes its own way from where it was", async () => {
      const { layers, xs } = await wholeSequence(device, cell, 2);
      const session = new RecurrentSession(layers, { batchSize: 2 });
      stream(session, xs.slice(0, 3));
      const fork = session.fork();
      const kept = fork.state();
      const after = stream(session, xs.slice(3));
      expect(fork.state()).toEqual(kept);
      expect(stream(fork, xs.slice(3))).toEqual(after);
    });
  });

  test("steps allocate nothing in the heap", async () => {
    const { layers, xs } = await wholeSequence(device, "LSTM", 1);
    const session = new RecurrentSession(layers);
    stream(session, xs);
    const allocate = vi.spyOn(device.heap, "allocate");
    for (let round = 0; round < 5; round++) stream(session, xs);
    expect(allocate).not.toHaveBeenCalled();
    allocate.mockRestore();
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
  const both = new GRU(devices[0], { inputSize: 2, hiddenSize: 3, bidirectional: true });
  expect(() => new RecurrentSession(both)).toThrow("these layers are bidirectional");
});

test("a state of other layers, and bytes that are no state, are refused", () => {
  const options = { inputSize: 2, hiddenSize: 3 };
  const session = new RecurrentSession(new LSTM(devices[0], options));
  const state = session.state();
  const others = [
    [new GRU(devices[0], options), "GRU I 2, H 3, L 1, B 1"],
    [new LSTM(devices[0], { ...options, hiddenSize: 4 }), "LSTM I 2, H 4, L 1, B 1"],
    [new LSTM(devices[0], { ...options, inputSize: 3 }), "LSTM I 3, H 3, L 1, B 1"],
  ] as const;
  for (const [layers, owner] of others) {
    expect(() => new RecurrentSession(layers).restore(state)).toThrow(
      `restore: the state belongs to LSTM I 2, H 3, L 1, B 1, this session is ${owner}`,
    );
  }
  const broken: readonly unknown[] = [
    undefined,
    new Float32Array(6),
    new Uint8Array(),
    state.slice(1),
    state.slice(0, 20),
  ];
  for (const bytes of broken)
    expect(() => session.restore(bytes as Uint8Array)).toThrow(
      "restore: this is no state that a session returned",
    );
  expect(() => session.restore(state.slice(0, -4))).toThrow("it is truncated or damaged");
});

test("a state goes from backend to backend, and from any place in a buffer", () => {
  const [first, second] = devices.map((device) => {
    const generator = new Generator(1);
    return new RecurrentSession(new LSTM(device, { inputSize: 2, hiddenSize: 3, generator }));
  });
  const [one, other] = [new Float32Array(3), new Float32Array(3)];
  first.step(Float32Array.of(1, -1), one);
  const moved = new Uint8Array(first.state().length + 1);
  moved.set(first.state(), 1);
  second.restore(moved.subarray(1));
  first.step(Float32Array.of(2, 1), one);
  second.step(Float32Array.of(2, 1), other);
  expectClose([...other], one);
});
