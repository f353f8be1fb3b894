// What the state of a stream is: which inputs are states, which recurrent nodes go on, and what is said where that is in doubt.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type OnnxModel, openOnnx } from "../../src/formats/onnx/model.ts";
import type { OnnxSession } from "../../src/formats/onnx/session.ts";
import { openModel } from "../../src/models/open-model.ts";
import { type Device, openDevice } from "../../src/tensor/device.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { modelFile, type Numbers, type TestGraph, type TestInfo, type TestNode } from "./build.ts";
import { list, random } from "./operator-case.ts";
import { runInOnnxRuntime } from "./runtime.ts";

const faults = new URL("../../../shared/data/faults/", import.meta.url);
const fault = (name: string) => new Uint8Array(readFileSync(new URL(name, faults)));
const numbersOf = ({ data }: { readonly data: ArrayLike<number> }) => Array.from(data);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
const open = (graph: TestGraph): OnnxModel => openOnnx(device, modelFile(graph));

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({ op, name: outputs.find((name) => name !== "") ?? op, inputs, outputs, attributes });
const value = (name: string, ...dims: (number | string)[]): TestInfo => ({ name, type: "float32", dims });

function expectClose(here: readonly number[], there: readonly number[]): void {
  expect(here.length).toBe(there.length);
  here.forEach((entry, index) => {
    expect(Math.abs(entry - there[index]), `[${index}]: ${entry}, not ${there[index]}`).toBeLessThan(1e-6);
  });
}

describe("streams that were made elsewhere", () => {
  test("a GRU over frequency begins anew in each frame, where the graph has explicit states", async () => {
    const { shapes, frames } = JSON.parse(readFileSync(new URL("dual-path.json", faults), "utf8")) as {
      shapes: { x: number[] };
      frames: { x: number[]; y: number[]; hn: number[] }[];
    };
    for (const backend of ["native", "wasm"] as const) {
      const model = await openModel(fault("dual-path.onnx"), { device: await openDevice({ backend }) });
      const session = model.session();
      expect(session.inputs.map(({ name }) => name)).toEqual(["x"]);
      for (const { x, y, hn } of frames) {
        const given = session.step({ x: { shape: shapes.x, data: x } });
        expectClose(numbersOf(given.y), y);
        expectClose(numbersOf(given.hn), hn);
      }
    }
  });

  test("the only signal is no state, whatever its output is called", () => {
    const session = openOnnx(device, fault("enhance.onnx")).session();
    expect(session.states).toEqual({});
    expect(session.inputs).toEqual(["audio_in"]);
    const frame = { audio_in: random([1, 1, 16]) };
    const first = numbersOf(session.step(frame).audio_out);
    expectClose(first, numbersOf(session.model.runSync(frame).audio_out));
    expect(numbersOf(session.step(frame).audio_out)).not.toEqual(first);
    expect(() => session.step({})).toThrow('needed "audio_in"');
  });

  test("a signal beside a state is no state, though both are named alike", async () => {
    const file = fault("enhance-state.onnx");
    const session = openOnnx(device, file).session();
    expect(session.states).toEqual({ state_in: "state_out" });
    let state: Float32Array = new Float32Array(8);
    for (let step = 0; step < 4; step++) {
      const frame = random([1, 1, 16]);
      const given = await runInOnnxRuntime(file, {
        audio_in: tensor(device, frame.data, [1, 1, 16]),
        state_in: tensor(device, state, [1, 1, 8]),
      });
      state = given.state_out.data;
      expectClose(numbersOf(session.step({ audio_in: frame }).audio_out), numbersOf(given.audio_out));
    }
  });
});

const BANDS = 5;
const INPUT = 3;
const HIDDEN = 4;
const weights: Record<string, Numbers> = {
  W: random([2, 3 * HIDDEN, INPUT], 0.8),
  R: random([2, 3 * HIDDEN, HIDDEN], 0.8),
  W2: random([1, 3 * HIDDEN, 2 * HIDDEN], 0.8),
  R2: random([1, 3 * HIDDEN, HIDDEN], 0.8),
  W1: random([1, 3 * HIDDEN, INPUT], 0.8),
  V: random([HIDDEN, INPUT], 0.8),
  one: list(1),
  last: list(-2),
  end: list(2 ** 31),
};

/** One frame [1, F, I]: a GRU over its bands in both directions, then one over time, for each band, with this state or none. */
const bands = (state: string): TestNode[] => [
  node("Transpose", ["x"], ["byBand"], { perm: { ints: [1, 0, 2] } }),
  node("GRU", ["byBand", "W", "R"], ["both", ""], { direction: { s: "bidirectional" } }),
  node("Transpose", ["both"], ["inFrame"], { perm: { ints: [2, 0, 1, 3] } }),
  node("Reshape", ["inFrame", "inFrameDims"], ["overTime"]),
  node("GRU", ["overTime", "W2", "R2", "", "", state], ["inter", "hn"]),
  node("Squeeze", ["inter", "one"], ["y"]),
];
const bandWeights = { ...weights, inFrameDims: list(1, BANDS, 2 * HIDDEN) };
const frameOf = (index: number) => ({
  ...random([1, BANDS, INPUT]),
  data: Array.from({ length: BANDS * INPUT }, (_, at) => Math.sin(1 + 7 * index + at)),
});

/** With the state going in and out, and a buffer of the last two frames beside it. */
const explicit: TestGraph = {
  inputs: [
    value("x", 1, BANDS, INPUT),
    value("inter_cache", 1, BANDS, HIDDEN),
    value("conv_cache", 2, BANDS, INPUT),
  ],
  constants: bandWeights,
  nodes: [
    ...bands("inter_cache").map((each) => ({
      ...each,
      outputs: each.outputs.map((name) => (name === "hn" ? "inter_cache_out" : name)),
    })),
    node("Concat", ["conv_cache", "x"], ["frames"], { axis: { i: 0 } }),
    node("Slice", ["frames", "last", "end"], ["conv_cache_out"]),
    node("ReduceSum", ["frames"], ["total"], { keepdims: { i: 0 } }),
  ],
  outputs: [
    value("y", 1, BANDS, HIDDEN),
    value("inter_cache_out", 1, BANDS, HIDDEN),
    value("conv_cache_out", 2, BANDS, INPUT),
    value("total"),
  ],
};

/** Outputs of frames 0, 1, …, the states carried by hand. */
function carriedByHand(steps: number): Record<string, number[]>[] {
  const model = open(explicit);
  const zeros = (...dims: number[]) => ({
    dims,
    data: new Float32Array(dims.reduce((size, length) => size * length, 1)),
  });
  let states: Record<string, { dims: readonly number[]; data: ArrayLike<number> }> = {
    inter_cache: zeros(1, BANDS, HIDDEN),
    conv_cache: zeros(2, BANDS, INPUT),
  };
  return Array.from({ length: steps }, (_, index) => {
    const given = model.runSync({ x: frameOf(index), ...states });
    states = { inter_cache: given.inter_cache_out, conv_cache: given.conv_cache_out };
    return { y: numbersOf(given.y), total: numbersOf(given.total) };
  });
}

function framesOf(session: OnnxSession, steps: number): Record<string, number[]>[] {
  return Array.from({ length: steps }, (_, index) => {
    const given = session.step({ x: frameOf(index) });
    return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, numbersOf(each)]));
  });
}

describe("a graph with explicit states", () => {
  test("streams, though nodes in its frames read both ways", () => {
    const session = open(explicit).session();
    expect(session.states).toEqual({ inter_cache: "inter_cache_out", conv_cache: "conv_cache_out" });
    const expected = carriedByHand(4);
    framesOf(session, 4).forEach(({ y, total }, index) => {
      expectClose(y, expected[index].y);
      expectClose(total, expected[index].total);
    });
  });

  test("has them as its whole state: in bytes, in forks, and where the caller names them", () => {
    const model = open(explicit);
    const session = model.session();
    framesOf(session, 2);
    const bytes = session.state();
    const expected = numbersOf(session.fork().step({ x: frameOf(2) }).y);
    session.reset();
    session.restore(bytes);
    expect(numbersOf(session.step({ x: frameOf(2) }).y)).toEqual(expected);
    const given = model.session({ states: { inter_cache: "inter_cache_out" } });
    expect(given.inputs).toEqual(["x", "conv_cache"]);
    const zeros = { dims: [2, BANDS, INPUT], data: new Float32Array(2 * BANDS * INPUT) };
    const steps = [0, 1, 2].map((index) => given.step({ x: frameOf(index), conv_cache: zeros }).y);
    expectClose(numbersOf(steps[2]), expected);
  });
});

/** Both GRUs without a state, the first one forwards alone. */
const inside = (direction: string, name = "both"): TestGraph => ({
  inputs: [value("x", 1, BANDS, INPUT)],
  constants: bandWeights,
  nodes: bands("").map((each) =>
    each.outputs[0] === "both" ? { ...each, name, attributes: { direction: { s: direction } } } : each,
  ),
  outputs: ["y", "hn"],
});

describe("a graph without explicit states", () => {
  test("goes on in the nodes that are named", () => {
    const session = open(inside("bidirectional")).session({ carried: ["inter"] });
    const expected = carriedByHand(4);
    framesOf(session, 4).forEach(({ y }, index) => {
      expectClose(y, expected[index].y);
    });
    expect(session.fork().state()).toEqual(session.state());
  });

  test("is refused where nodes cannot all go on, and the error says how to choose", () => {
    expect(() => open(inside("bidirectional")).session()).toThrow(
      /^session: node "both" \(GRU\) reads backwards, .*carried: \["inter"\] says which nodes go on/,
    );
    expect(() => open(inside("bidirectional")).session({ carried: ["both"] })).toThrow(/reads backwards/);
    expect(() => open(inside("bidirectional")).session({ carried: ["intra"] })).toThrow(
      'session: carried names "intra", needed recurrent nodes of the model: "both", "inter"',
    );
    expect(() => open(inside("bidirectional")).session({ carried: [] })).toThrow(
      "session: the model has neither",
    );
  });

  test("does not go on in nodes that read along different axes", () => {
    const graph: TestGraph = {
      inputs: [value("x", 1, BANDS, INPUT)],
      constants: { ...weights, one: list(1) },
      nodes: [
        node("Transpose", ["x"], ["byBand"], { perm: { ints: [1, 0, 2] } }),
        node("GRU", ["byBand", "W1", "R2"], ["", "ends"]),
        node("GRU", ["x", "W1", "R2"], ["overTime", ""]),
        node("Squeeze", ["overTime", "one"], ["bands"]),
        node("Add", ["ends", "bands"], ["y"]),
      ],
      outputs: ["y"],
    };
    const model = open(graph);
    expect(() => model.session().step({ x: frameOf(0) })).toThrow(
      /step: node "overTime" \(GRU\): it reads 1 steps where a node before it reads 5, .*carried: \[names/,
    );
    const session = model.session({ carried: ["overTime"] });
    const first = numbersOf(session.step({ x: frameOf(0) }).y);
    expect(numbersOf(session.step({ x: frameOf(0) }).y)).not.toEqual(first);
    session.reset();
    expect(numbersOf(session.step({ x: frameOf(0) }).y)).toEqual(first);
  });

  test("is refused where a loop, or a node in one, would begin anew beside a node that goes on", () => {
    const graph: TestGraph = {
      inputs: [value("x", "T", 1, INPUT), value("start", 1)],
      constants: { ...weights, zero: { type: "float32", dims: [1, 3], data: [0, 0, 0] } },
      nodes: [
        node("GRU", ["x", "W1", "R2"], ["y", ""]),
        node("Scan", ["zero", "x"], ["sum", "sums"], {
          num_scan_inputs: { i: 1 },
          body: {
            g: {
              inputs: [value("before", 1, INPUT), value("each", 1, INPUT)],
              nodes: [node("Add", ["before", "each"], ["after"]), node("Identity", ["after"], ["out"])],
              outputs: [value("after", 1, INPUT), value("out", 1, INPUT)],
            },
          },
        }),
        node("Add", ["sum", "start"], ["total"]),
      ],
      outputs: ["y", "sums", "total"],
    };
    expect(() => open(graph).session()).toThrow(
      /session: node "sum" \(Scan\) has a state that cannot be carried: .*carried: \["y"\]/,
    );
    expect(open(graph).session({ carried: ["y"] }).inputs).toEqual(["x", "start"]);
  });
});

/** A GRU [1, 1, I] to [1, 1, I] with a state that is called so, or none, and what else there is. */
const enhancer = (
  [signal, signalOut]: [string, string],
  [state, stateOut]: [string, string],
  others: Partial<TestGraph> = {},
): TestGraph => ({
  inputs: [
    value(signal, 1, 1, INPUT),
    ...(state === "" ? [] : [value(state, 1, 1, HIDDEN)]),
    ...(others.inputs ?? []),
  ],
  constants: weights,
  nodes: [
    node("GRU", [signal, "W1", "R2", "", "", state], ["", stateOut || "final"]),
    node("MatMul", [stateOut || "final", "V"], [signalOut]),
    ...(others.nodes ?? []),
  ],
  outputs: [
    value(signalOut, 1, 1, INPUT),
    ...(state === "" ? [] : [value(stateOut, 1, 1, HIDDEN)]),
    ...(others.outputs ?? []),
  ],
});
const rate: Partial<TestGraph> = {
  inputs: [value("limit", 1)],
  nodes: [node("Identity", ["limit"], ["lsnr"])],
  outputs: [value("lsnr", 1)],
};

describe("inputs that are states", () => {
  test.each<[string, TestGraph, Record<string, string>]>([
    [
      "beside a signal of its own shape",
      enhancer(["frame", "enhanced"], ["states", "new_states"], rate),
      { states: "new_states" },
    ],
    [
      "beside a signal that is named alike",
      enhancer(["frame_in", "frame_out"], ["r_in", "r_out"], rate),
      { r_in: "r_out" },
    ],
    [
      "by what feeds what, where names are alike for several",
      {
        inputs: [value("x", 1, 1, INPUT), value("state_0", 1, 1, HIDDEN), value("state_1", 1, 1, HIDDEN)],
        constants: weights,
        nodes: [
          node("GRU", ["x", "W1", "R2", "", "", "state_1"], ["", "state_out"]),
          node("GRU", ["x", "W1", "R2", "", "", "state_0"], ["", "state_new"]),
        ],
        outputs: [value("state_out", 1, 1, HIDDEN), value("state_new", 1, 1, HIDDEN)],
      },
      { state_0: "state_new", state_1: "state_out" },
    ],
    [
      "by number",
      {
        inputs: [value("x", 1, INPUT), value("cache_0", 1, INPUT), value("cache_1", 1, INPUT)],
        nodes: [
          node("Mul", ["cache_0", "x"], ["new_cache_0"]),
          node("Mul", ["cache_1", "new_cache_0"], ["new_cache_1"]),
        ],
        outputs: [value("new_cache_1", 1, INPUT), value("new_cache_0", 1, INPUT)],
      },
      { cache_0: "new_cache_0", cache_1: "new_cache_1" },
    ],
    [
      "by what feeds what, where neither names nor shapes tell",
      {
        inputs: [value("x", 1, 1, INPUT), value("a", 1, 1, HIDDEN), value("b", 1, 1, HIDDEN)],
        constants: weights,
        nodes: [
          node("GRU", ["x", "W1", "R2", "", "", "a"], ["", "p"]),
          node("GRU", ["x", "W1", "R2", "", "", "b"], ["", "q"]),
        ],
        outputs: [value("p", 1, 1, HIDDEN), value("q", 1, 1, HIDDEN)],
      },
      { a: "p", b: "q" },
    ],
    [
      "through a branch",
      {
        inputs: [
          value("x", 1, 1, INPUT),
          value("a", 1, 1, HIDDEN),
          { name: "choice", type: "bool", dims: [] },
        ],
        constants: weights,
        nodes: [
          node("If", ["choice"], ["kept", "y"], {
            then_branch: {
              g: {
                inputs: [],
                nodes: [node("GRU", ["x", "W1", "R2", "", "", "a"], ["long", "end"])],
                outputs: ["end", "long"],
              },
            },
            else_branch: {
              g: {
                inputs: [],
                nodes: [node("Identity", ["a"], ["same"]), node("Neg", ["a"], ["minus"])],
                outputs: ["same", "minus"],
              },
            },
          }),
        ],
        outputs: [value("kept", 1, 1, HIDDEN), value("y", 1, 1, 1, HIDDEN)],
      },
      { a: "kept" },
    ],
  ])("are found %s", (_, graph, states) => {
    expect(open(graph).session().states).toEqual(states);
  });

  test.each<[string, TestGraph, RegExp]>([
    [
      "a signal that has the shape of an output",
      enhancer(["noisy", "clean"], ["", ""], rate),
      /^session: which inputs are states is in doubt: seen are .*"noisy" fed from "clean".*; say which are states, as in states: \{ .* \}, or states: \{\} that none is$/,
    ],
    [
      "a signal that is named like an output",
      enhancer(["in", "out"], ["", ""], {
        inputs: [value("far_in", 1, 1, 2)],
        nodes: [node("Neg", ["far_in"], ["far_out"])],
        outputs: [value("far_out", 1, 1, 2)],
      }),
      /in doubt: seen .*"far_in" fed from "far_out"/,
    ],
    [
      "inputs that all look like states",
      {
        inputs: [value("h0", 1, HIDDEN), value("c0", 1, HIDDEN)],
        nodes: [node("Add", ["h0", "c0"], ["hn"]), node("Mul", ["h0", "c0"], ["cn"])],
        outputs: [value("hn", 1, HIDDEN), value("cn", 1, HIDDEN)],
      },
      /the model has neither .*: seen are "h0" fed from "hn", "c0" fed from "cn"/,
    ],
    [
      "states whose names and shapes do not tell, though the graph does",
      {
        inputs: [value("x", 1, 1, INPUT), value("a", 1, 1, HIDDEN), value("b", 1, 1, HIDDEN)],
        constants: { ...weights, W4: random([1, 4 * HIDDEN, INPUT]), R4: random([1, 4 * HIDDEN, HIDDEN]) },
        nodes: [node("LSTM", ["x", "W4", "R4", "", "", "a", "b"], ["", "p", "q"])],
        outputs: [value("p", 1, 1, HIDDEN), value("q", 1, 1, HIDDEN)],
      },
      /seen are "a" fed from "p", "b" fed from "q"; say which are states, as in states: \{ "a": "p", "b": "q" \}/,
    ],
  ])("are not guessed: %s", (_, graph, message) => {
    expect(() => open(graph).session()).toThrow(message);
  });

  test("are none where the caller says so, and the nodes go on", () => {
    const model = open(enhancer(["noisy", "clean"], ["", ""], rate));
    const session = model.session({ states: {} });
    expect(session.inputs).toEqual(["noisy", "limit"]);
    const given = { noisy: random([1, 1, INPUT]), limit: { dims: [1], data: [1] } };
    const first = numbersOf(session.step(given).clean);
    expect(numbersOf(session.step(given).clean)).not.toEqual(first);
  });

  test("are not fed from what does not depend on them, unless the caller says so", () => {
    const graph = enhancer(["x", "y"], ["", ""], {
      inputs: [value("state_in", 1, 1, INPUT)],
      nodes: [node("Neg", ["x"], ["state_out"]), node("Add", ["state_in", "y"], ["z"])],
      outputs: [value("state_out", 1, 1, INPUT), value("z", 1, 1, INPUT)],
    });
    expect(() => open(graph).session()).toThrow(/in doubt: seen .*"state_in" fed from "state_out"/);
    const session = open(graph).session({ states: { state_in: "state_out" } });
    const [first, second] = [random([1, 1, INPUT]), random([1, 1, INPUT])];
    session.step({ x: first });
    const { y, z } = session.step({ x: second });
    expectClose(
      numbersOf(z),
      numbersOf(y).map((entry, index) => entry - first.data[index]),
    );
  });
});

test("other models refuse what only graphs have", async () => {
  const network = await openModel(new URL("../fixtures/pytorch/tagger.pt", import.meta.url), { device });
  expect(() => network.session({ carried: ["rnn"] })).toThrow(
    /session: carried was given, but this model is no ONNX graph/,
  );
});
