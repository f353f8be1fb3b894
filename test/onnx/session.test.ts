// Streams: states that the graph hands in and out, states that it does not, bytes, forks and wrong calls.
import { type Device, openDevice, tensor } from "unrolled";
import type { OnnxStream } from "unrolled/formats/onnx";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type Numbers, type TestGraph, type TestNode } from "./build.ts";
import { floats, list, random, wholes } from "./operator-case.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const STEPS = 6;
const INPUT = 3;
const HIDDEN = 4;
const weights = {
  W: random([1, 4 * HIDDEN, INPUT], 0.8),
  R: random([1, 4 * HIDDEN, HIDDEN], 0.8),
  B: random([1, 8 * HIDDEN], 0.3),
  W2: random([1, 3 * HIDDEN, HIDDEN], 0.8),
  R2: random([1, 3 * HIDDEN, HIDDEN], 0.8),
};
const xs = random([STEPS, 1, INPUT]);

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({ op, inputs, outputs, attributes });
const input = { name: "x", type: "float32", dims: ["T", 1, INPUT] } as const;
const state = (name: string) => ({ name, type: "float32", dims: [1, 1, HIDDEN] }) as const;

/** An LSTM whose states go in and out, under these names. */
const open = (h: string, c: string, hOut: string, cOut: string): TestGraph => ({
  inputs: [input, state(h), state(c)],
  constants: { W: weights.W, R: weights.R, B: weights.B },
  nodes: [node("LSTM", ["x", "W", "R", "B", "", h, c], ["y", hOut, cOut], { hidden_size: { i: HIDDEN } })],
  outputs: [{ name: "y", type: "float32", dims: ["T", 1, 1, HIDDEN] }, state(hOut), state(cOut)],
});

/** An LSTM and a GRU that are given no state; the GRU's first state is made of zeros in the shape of the input. */
const closed: TestGraph = {
  inputs: [input],
  constants: { ...weights, batch: list(1), one: list(1), hidden: list(HIDDEN), axes: list(1) },
  nodes: [
    node("LSTM", ["x", "W", "R", "B"], ["y1", "", ""], { hidden_size: { i: HIDDEN } }),
    node("Squeeze", ["y1", "axes"], ["x2"]),
    node("Shape", ["x"], ["shape"]),
    node("Gather", ["shape", "batch"], ["B2"]),
    node("Concat", ["one", "B2", "hidden"], ["dims"], { axis: { i: 0 } }),
    node("ConstantOfShape", ["dims"], ["zeros"]),
    node("GRU", ["x2", "W2", "R2", "", "", "zeros"], ["y", ""], {
      hidden_size: { i: HIDDEN },
      linear_before_reset: { i: 1 },
    }),
  ],
  outputs: ["y"],
};

const part = (from: number, to: number): Numbers => ({
  type: "float32",
  dims: [to - from, 1, INPUT],
  data: xs.data.slice(from * INPUT, to * INPUT),
});

/** Outputs of steps of these lengths, one after the other. */
function streamed(session: OnnxStream, ...lengths: readonly number[]): number[] {
  let from = 0;
  return lengths.flatMap((length) => {
    const { y } = session.step({ x: part(from, from + length) });
    from += length;
    return Array.from(y.data);
  });
}

function expectClose(here: readonly number[], there: ArrayLike<number>): void {
  expect(here.length).toBe(there.length);
  here.forEach((value, index) => {
    expect(Math.abs(value - there[index]), `[${index}]: ${value}, ${there[index]}`).toBeLessThan(1e-6);
  });
}

describe("states of the graph", () => {
  test.each([
    ["h0", "c0", "hn", "cn"],
    ["hidden_in", "cell_in", "hidden_out", "cell_out"],
    ["state_h", "state_c", "state_hN", "state_cN"],
    ["h", "c", "new_h", "new_c"],
  ])("%s and %s are fed from %s and %s", (h, c, hOut, cOut) => {
    const model = openOnnx(device, modelFile(open(h, c, hOut, cOut)));
    const zero = floats([1, 1, HIDDEN], 0, 0, 0, 0);
    const whole = model.runSync({ x: xs, [h]: zero, [c]: zero });
    const session = model.session();
    expect(session.states).toEqual({ [h]: hOut, [c]: cOut });
    expect(session.inputs).toEqual(["x"]);
    expectClose(streamed(session, 1, 2, 1, 2), whole.y.data);
  });

  test("the caller says which, where names do not", () => {
    const model = openOnnx(device, modelFile(open("a", "b", "p", "q")));
    expect(() => model.session()).toThrow(/session: the model has neither inputs that are fed/);
    const session = model.session({ states: { a: "p", b: "q" } });
    const zero = floats([1, 1, HIDDEN], 0, 0, 0, 0);
    expectClose(streamed(session, 3, 3), model.runSync({ x: xs, a: zero, b: zero }).y.data);
    expect(() => model.session({ states: { a: "nothing" } })).toThrow(
      /needed one of the inputs "x", "a", "b"/,
    );
    expect(() => model.session({ states: { x: "y" } })).toThrow(/not of the type and number of axes/);
  });

  test("one that is left over and whose shape fits nothing else is found by that", () => {
    const graph: TestGraph = {
      inputs: [input, { name: "memory", type: "float32", dims: [1, 1, HIDDEN] }],
      constants: { W2: random([1, 3 * HIDDEN, INPUT]), R2: weights.R2 },
      nodes: [node("GRU", ["x", "W2", "R2", "", "", "memory"], ["y", "kept"])],
      outputs: [
        { name: "y", type: "float32", dims: ["T", 1, 1, HIDDEN] },
        { name: "kept", type: "float32", dims: [1, 1, HIDDEN] },
      ],
    };
    expect(openOnnx(device, modelFile(graph)).session().states).toEqual({ memory: "kept" });
  });
});

describe("states that the graph does not hand out", () => {
  test("are carried, and a run by itself begins anew", () => {
    const model = openOnnx(device, modelFile(closed));
    const whole = model.runSync({ x: xs }).y.data;
    const session = model.session();
    expectClose(streamed(session, 2, 1, 1, 2), whole);
    expectClose(Array.from(model.runSync({ x: xs }).y.data), whole);
    session.reset();
    expectClose(streamed(session, 6), whole);
  });

  test("go to bytes and back, and fork", () => {
    const model = openOnnx(device, modelFile(closed));
    const session = model.session();
    streamed(session, 3);
    const bytes = session.state();
    const fork = session.fork();
    const next = () => part(3, 5);
    const expected = Array.from(session.step({ x: next() }).y.data);
    expect(Array.from(fork.step({ x: next() }).y.data)).toEqual(expected);
    const restored = model.session();
    restored.restore(bytes);
    expect(Array.from(restored.step({ x: next() }).y.data)).toEqual(expected);
    expect(restored.state()).toEqual(session.state());
  });

  test("take no more of the heap however many steps there are", () => {
    const session = openOnnx(device, modelFile(closed)).session();
    streamed(session, 1);
    const { usedBytes } = device.heap.use();
    streamed(session, 1, 1, 1, 1);
    expect(device.heap.use().usedBytes).toBe(usedBytes);
  });

  test("of sequences that are read backwards are refused", () => {
    const graph: TestGraph = {
      inputs: [input],
      constants: { W: weights.W, R: weights.R },
      nodes: [
        { ...node("LSTM", ["x", "W", "R"], ["y", "", ""], { direction: { s: "reverse" } }), name: "back" },
      ],
      outputs: ["y"],
    };
    const model = openOnnx(device, modelFile(graph));
    expect(() => model.session()).toThrow(/session: node "back" \(LSTM\) reads backwards/);
  });
});

describe("wrong calls", () => {
  const model = () => openOnnx(device, modelFile(open("h0", "c0", "hn", "cn")));
  const zero = floats([1, 1, HIDDEN], 0, 0, 0, 0);

  test("of a run say what was needed and what came", () => {
    expect(() => model().runSync({ x: xs })).toThrow(
      'runSync: the inputs are "x", needed "x" (float32 [T, 1, 3]), "h0" (float32 [1, 1, 4]), "c0" (float32 [1, 1, 4])',
    );
    expect(() => model().runSync({ x: xs, h0: zero, c0: zero, z: zero })).toThrow(
      /the inputs are "x", "h0", "c0", "z"/,
    );
    expect(() => model().runSync({ x: xs, h0: zero, c0: floats([1, 4], 0, 0, 0, 0) })).toThrow(
      'input "c0" has dims [1, 4] and 4 numbers, needed float32 [1, 1, 4]',
    );
    expect(() => model().runSync({ x: xs, h0: zero, c0: { ...zero, data: [1] } })).toThrow(
      /has dims \[1, 1, 4\] and 1 numbers/,
    );
    expect(() => model().runSync({ x: wholes([1, 1, 3], 1, 2, 3), h0: zero, c0: zero })).toThrow(
      'input "x" is int64, needed float32',
    );
  });

  test("an input of whole numbers takes no others", () => {
    const graph: TestGraph = {
      inputs: [{ name: "n", type: "uint8", dims: ["N"] }],
      nodes: [node("Identity", ["n"], ["y"])],
      outputs: ["y"],
    };
    const identity = openOnnx(device, modelFile(graph));
    expect(() => identity.runSync({ n: { dims: [2], data: [1, 256] } })).toThrow(
      'input "n" has 256 at entry 1, which is no uint8',
    );
    expect(() => identity.runSync({ n: { dims: [1], data: [0.5] } })).toThrow("which is no uint8");
    expect(Array.from(identity.runSync({ n: { dims: [1], data: BigInt64Array.of(7n) } }).y.data)).toEqual([
      7,
    ]);
  });

  test("a tensor is taken as it is", () => {
    const own = tensor(device, xs.data.slice(0, INPUT), [1, 1, INPUT]);
    const { y } = model().runSync({ x: own, h0: zero, c0: zero });
    expect(Array.from(y.data)).toEqual(
      Array.from(model().runSync({ x: part(0, 1), h0: zero, c0: zero }).y.data),
    );
  });

  test("of a session too, and leave its state alone", () => {
    const session = model().session();
    streamed(session, 2);
    const before = session.state();
    expect(() => session.step({ x: xs, h0: zero })).toThrow(
      'step: input "h0" is a state that the session keeps, needed "x"',
    );
    expect(() => session.step({})).toThrow(/step: the inputs are "h0", "c0"|needed "x"/);
    expect(() => session.step({ x: random([1, 2, INPUT]) })).toThrow(/step: /);
    expect(session.state()).toEqual(before);
  });

  test("a state of another model, or cut short, is refused", () => {
    const session = model().session();
    const bytes = session.state();
    const other = openOnnx(device, modelFile(closed)).session();
    streamed(other, 2);
    expect(() => other.restore(bytes)).toThrow(/restore: the state is of another model/);
    expect(() => session.restore(other.state())).toThrow(/restore: the state is of another model/);
    expect(() => session.restore(bytes.subarray(0, bytes.length - 1))).toThrow(/restore: /);
    expect(() => session.restore(new Uint8Array(5))).toThrow("restore: these bytes are no state of a stream");
  });
});
