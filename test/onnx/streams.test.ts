// What goes on from step to step of a stream: inputs that are states, which are then all of it, or recurrent nodes.
import { readFileSync } from "node:fs";
import { type Device, openDevice, openModel, tensor } from "unrolled";
import type { OnnxGraph, OnnxStream } from "unrolled/formats/onnx";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type TestGraph, type TestNode } from "./build.ts";
import { list, random } from "./operator-case.ts";
import { runInOnnxRuntime } from "./runtime.ts";
import { BANDS, expectClose, HIDDEN, INPUT, node, numbersOf, value, weights } from "./stream-graphs.ts";

const faults = new URL("../../../shared/data/faults/", import.meta.url);
const fault = (name: string) => new Uint8Array(readFileSync(new URL(name, faults)));

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
const open = (graph: TestGraph): OnnxGraph => openOnnx(device, modelFile(graph));

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

function framesOf(session: OnnxStream, steps: number): Record<string, number[]>[] {
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

test("other models refuse what only graphs have", async () => {
  const network = await openModel(new URL("../fixtures/pytorch/tagger.pt", import.meta.url), { device });
  expect(() => network.session({ carried: ["rnn"] })).toThrow(
    /session: carried was given, but this model is no ONNX graph/,
  );
});
