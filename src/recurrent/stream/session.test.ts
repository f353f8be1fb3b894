import { describe, expect, test, vi } from "vitest";
import { Generator } from "../../random/philox.ts";
import type { Session } from "../../session/session.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { swapAxes } from "../../tensor/operations/shapes.ts";
import { tensor } from "../../tensor/tensor.ts";
import {
  GRU,
  type GRUOptions,
  LSTM,
  type LSTMOptions,
  MGU,
  type MGUOptions,
  type Recurrent,
  RNN,
  type RNNOptions,
  UGRNN,
} from "../recurrent.ts";

const STEPS = 7;
const INPUT = 5;
const HIDDEN = 19;

type Options<Layers> = Partial<Layers>;
const rnn = (options: Options<RNNOptions> = {}) => ({ Layers: RNN, options });
const lstm = (options: Options<LSTMOptions> = {}) => ({ Layers: LSTM, options });
const gru = (options: Options<GRUOptions> = {}) => ({ Layers: GRU, options });
const mgu = (options: Options<MGUOptions> = {}) => ({ Layers: MGU, options });

/** Every option that layers which read forwards have. */
const layersByName = {
  "RNN tanh": rnn(),
  "RNN relu": rnn({ nonlinearity: "relu" }),
  "RNN with another activation and bounded sums": rnn({
    nonlinearity: { name: "leaky-relu", alpha: 0.1 },
    gateClip: 0.7,
  }),
  LSTM: lstm(),
  "LSTM, one bias": lstm({ bias: "single" }),
  "LSTM without biases": lstm({ bias: "none" }),
  "LSTM, projected": lstm({ projectionSize: 6 }),
  "LSTM with peepholes": lstm({ peepholes: true }),
  "LSTM, coupled": lstm({ coupled: true }),
  "LSTM, coupled, with peepholes": lstm({ coupled: true, peepholes: true }),
  "LSTM, bounded": lstm({ cellClip: 0.3, gateClip: 0.8 }),
  "LSTM with other activations": lstm({ activations: ["hard-sigmoid", "softsign", "relu"] }),
  "LSTM, layer-normalised": lstm({ layerNorm: true }),
  "LSTM, layer-normalised, without biases": lstm({ layerNorm: true, bias: "none" }),
  "LSTM with nearly everything": lstm({
    layerNorm: true,
    peepholes: true,
    projectionSize: 7,
    zoneout: { h: 0.2, c: 0.3 },
  }),
  "LSTM with zoneout of h": lstm({ zoneout: { h: 0.3 } }),
  "LSTM with zoneout of c": lstm({ zoneout: { c: 0.4 } }),
  "LSTM, projected, with zoneout": lstm({ projectionSize: 6, zoneout: { h: 0.3, c: 0.1 } }),
  "LSTM with a learnt initial state": lstm({ initialState: "learnt", projectionSize: 6 }),
  "LSTM with what only training has": lstm({ recurrentDropout: 0.5, weightDrop: 0.5, weightNoise: 0.5 }),
  GRU: gru(),
  "GRU without biases": gru({ bias: "none" }),
  "GRU with other activations": gru({ activations: ["hard-sigmoid", "elu"] }),
  "GRU, reset before": gru({ resetAfter: false }),
  "GRU, reset before, one bias": gru({ resetAfter: false, bias: "single" }),
  "GRU with zoneout and a learnt initial state": gru({ zoneout: { h: 0.25 }, initialState: "learnt" }),
  UGRNN: { Layers: UGRNN, options: {} },
  MGU: mgu(),
  "MGU, batch-major, with zoneout": mgu({ batchFirst: true, zoneout: { h: 0.25 } }),
} as const;
type Name = keyof typeof layersByName;
const names = Object.keys(layersByName) as Name[];
const devices = [await openDevice({ backend: "reference" }), await openDevice()];

function layersOf(device: Device, name: Name, generator: Generator): Recurrent {
  const { Layers, options } = layersByName[name];
  const all = { inputSize: INPUT, hiddenSize: HIDDEN, numLayers: 2, dropout: 0.5, ...options, generator };
  const layers = new (Layers as new (device: Device, options: object) => Recurrent)(device, all);
  for (const parameter of layers.parameters())
    parameter.assign(
      Float32Array.from({ length: parameter.size }, () => generator.uniformBetween(-0.5, 0.5)),
    );
  return layers;
}

/** Layers, a sequence, and the outputs [T, B, P] that they give when they read it at once. */
async function wholeSequence(device: Device, name: Name, batch: number) {
  const generator = new Generator(3);
  const layers = layersOf(device, name, generator);
  const numbers = Float32Array.from({ length: STEPS * batch * INPUT }, () => generator.uniformBetween(-2, 2));
  layers.eval();
  const sequence = tensor(device, numbers, [STEPS, batch, INPUT]);
  const { outputs } = layers.forward(layers.batchFirst ? swapAxes(sequence) : sequence);
  const expected = await (layers.batchFirst ? swapAxes(outputs) : outputs).toArray();
  layers.train();
  const xs = Array.from({ length: STEPS }, (_, t) =>
    numbers.subarray(t * batch * INPUT, (t + 1) * batch * INPUT),
  );
  return { layers, xs, expected };
}

function stream(session: Session, xs: readonly Float32Array[]): number[] {
  const [{ axes }] = session.outputs;
  const y = new Float32Array(session.batchSize * Number(axes[1]));
  return xs.flatMap((x) => {
    session.stepInto({ x }, { y });
    return [...y];
  });
}

/** Within 1e-6, or that share of the largest output where an activation knows no bound. */
function expectClose(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  for (const [index, entry] of actual.entries())
    expect(Math.abs(entry - expected[index]), `entry ${index}`).toBeLessThan(1e-6 * largest);
}

describe.each(devices.map((device) => [device.backend, device] as const))("%s", (_, device) => {
  describe.each(names)("%s", (cell) => {
    test.each([1, 3, 12])("step by step is the whole sequence, B %d", async (batch) => {
      const { layers, xs, expected } = await wholeSequence(device, cell, batch);
      const session = layers.session({ batchSize: batch });
      expectClose(stream(session, xs), expected);
      session.reset();
      expectClose(stream(session, xs), expected);
    });

    test("so are the sessions of a pool", async () => {
      const { layers, xs, expected } = await wholeSequence(device, cell, 12);
      const pool = layers.pool({ capacity: 5 });
      const sessions = Array.from({ length: 12 }, () => pool.open());
      const output = new Float32Array(12 * layers.outputSize);
      const outputs = xs.flatMap((x) => {
        pool.stepInto(sessions, { x }, { y: output });
        return [...output];
      });
      expectClose(outputs, expected);
    });

    test("steps allocate nothing in the heap", async () => {
      const { layers, xs } = await wholeSequence(device, cell, 1);
      const session = layers.session();
      stream(session, xs);
      const allocate = vi.spyOn(device.heap, "allocate");
      for (let round = 0; round < 3; round++) stream(session, xs);
      expect(allocate).not.toHaveBeenCalled();
      allocate.mockRestore();
    });

    test("a state that was kept goes on from where it was, in another session too", async () => {
      const { layers, xs } = await wholeSequence(device, cell, 1);
      const session = layers.session();
      stream(session, xs.slice(0, 3));
      const kept = session.state();
      const after = stream(session, xs.slice(3));
      session.restore(kept);
      expect(stream(session, xs.slice(3))).toEqual(after);
      const other = layers.session();
      other.restore(kept);
      expect(stream(other, xs.slice(3))).toEqual(after);
    });

    test("a fork goes its own way from where it was", async () => {
      const { layers, xs } = await wholeSequence(device, cell, 2);
      const session = layers.session({ batchSize: 2 });
      stream(session, xs.slice(0, 3));
      const fork = session.fork();
      const kept = fork.state();
      const after = stream(session, xs.slice(3));
      expect(fork.state()).toEqual(kept);
      expect(stream(fork, xs.slice(3))).toEqual(after);
    });
  });

  test("weights that have changed are seen", async () => {
    const { layers, xs, expected } = await wholeSequence(device, "GRU", 1);
    const session = layers.session();
    for (const parameter of layers.parameters()) parameter.assign(new Float32Array(parameter.size));
    expect(stream(session, xs)).toEqual(Array(expected.length).fill(0));
  });
});

test("wrong arguments are named", () => {
  const layers = new LSTM(devices[0], { inputSize: 2, hiddenSize: 3 });
  const session = layers.session();
  expect(() => session.stepInto({ x: new Float32Array(3) }, {})).toThrow(
    "step: input x has 3 numbers, needed 2 (1 × 2)",
  );
  expect(() => session.stepInto({ x: new Float32Array(2) }, { y: new Float32Array(2) })).toThrow(
    "step: output y has 2 numbers, needed 3 (1 × 3)",
  );
  expect(() => layers.session({ batchSize: 0 })).toThrow("batchSize is 0");
  const both = new GRU(devices[0], { inputSize: 2, hiddenSize: 3, direction: "bidirectional" });
  expect(() => both.session()).toThrow("these layers are bidirectional");
  const back = new GRU(devices[0], { inputSize: 2, hiddenSize: 3, direction: "reverse" });
  expect(() => back.pool()).toThrow("pool: these layers are reversed");
});

test("a state of other layers, and bytes that are no state, are refused", () => {
  const options = { inputSize: 2, hiddenSize: 3 };
  const session = new LSTM(devices[0], options).session();
  const state = session.state();
  const others = [
    [new GRU(devices[0], options), "GRU I 2, H 3, L 1, B 1"],
    [new LSTM(devices[0], { ...options, hiddenSize: 4 }), "LSTM I 2, H 4, L 1, B 1"],
    [new LSTM(devices[0], { ...options, inputSize: 3 }), "LSTM I 3, H 3, L 1, B 1"],
    [new LSTM(devices[0], { ...options, projectionSize: 2 }), "LSTM I 2, H 3, P 2, L 1, B 1"],
    [new LSTM(devices[0], { ...options, peepholes: true }), "LSTM I 2, H 3, L 1, B 1"],
  ] as const;
  for (const [layers, owner] of others) {
    const restore = () => layers.session().restore(state);
    expect(restore).toThrow("restore: the state belongs to LSTM I 2, H 3, L 1, B 1 (");
    expect(restore).toThrow(`, this session is ${owner} (`);
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
    return new LSTM(device, { inputSize: 2, hiddenSize: 3, generator }).session();
  });
  const [one, other] = [new Float32Array(3), new Float32Array(3)];
  first.stepInto({ x: [1, -1] }, { y: one });
  const moved = new Uint8Array(first.state().length + 1);
  moved.set(first.state(), 1);
  second.restore(moved.subarray(1));
  first.stepInto({ x: [2, 1] }, { y: one });
  second.stepInto({ x: [2, 1] }, { y: other });
  expectClose([...other], one);
});
