// Which inputs of a graph are states, and what is said where that is in doubt.
import { type Device, openDevice } from "unrolled";
import type { OnnxGraph } from "unrolled/formats/onnx";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type TestGraph } from "./build.ts";
import { random } from "./operator-case.ts";
import { expectClose, HIDDEN, INPUT, node, numbersOf, value, weights } from "./stream-graphs.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
const open = (graph: TestGraph): OnnxGraph => openOnnx(device, modelFile(graph));

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
