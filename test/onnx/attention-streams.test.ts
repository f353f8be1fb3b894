// LinearAttention and CausalConvWithState along a stream.
import { type Device, openDevice } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type TestGraph } from "./build.ts";
import { random } from "./operator-case.ts";
import { expectClose, node, numbersOf, value } from "./stream-graphs.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe("attention that is linear and convolutions that remember", () => {
  const attributes = { q_num_heads: { i: 2 }, kv_num_heads: { i: 1 }, update_rule: { s: "linear" } };
  const convolution = { activation: { s: "silu" } };
  const graphOf = (past: readonly [string, string]): TestGraph => ({
    inputs: [
      ...[value("q", 1, "T", 6), value("k", 1, "T", 3), value("v", 1, "T", 4), value("x", 1, 5, "T")],
      ...(past[0] ? [value("past_state_0", 1, 1, 3, 4), value("past_state_1", 1, 5, 2)] : []),
    ],
    constants: { w: random([5, 1, 3]) },
    nodes: [
      node("LinearAttention", ["q", "k", "v", past[0]], ["y", "present_state_0"], attributes),
      node("CausalConvWithState", ["x", "w", "", past[1]], ["z", "present_state_1"], convolution),
    ],
    outputs: past[0]
      ? ["y", "z", value("present_state_0", 1, 1, 3, 4), value("present_state_1", 1, 5, 2)]
      : ["y", "z"],
  });
  const steps = 5;
  const [q, k, v, x] = [
    random([1, steps, 6]),
    random([1, steps, 3]),
    random([1, steps, 4]),
    random([1, 5, steps]),
  ];
  const at = (step: number) => ({
    q: { ...q, dims: [1, 1, 6], data: q.data.slice(step * 6, (step + 1) * 6) },
    k: { ...k, dims: [1, 1, 3], data: k.data.slice(step * 3, (step + 1) * 3) },
    v: { ...v, dims: [1, 1, 4], data: v.data.slice(step * 4, (step + 1) * 4) },
    x: { ...x, dims: [1, 5, 1], data: x.data.filter((_, index) => index % steps === step) },
  });

  test.each([
    ["which the nodes keep", ["", ""]],
    ["which come in and go out", ["past_state_0", "past_state_1"]],
  ] as const)("go on along a stream with their states, %s", (_, past) => {
    const model = openOnnx(device, modelFile(graphOf(past), 27));
    const zeros = past[0]
      ? {
          past_state_0: { type: "float32", dims: [1, 1, 3, 4], data: new Array(12).fill(0) },
          past_state_1: { type: "float32", dims: [1, 5, 2], data: new Array(10).fill(0) },
        }
      : {};
    const whole = model.runSync({ q, k, v, x, ...zeros } as Parameters<typeof model.runSync>[0]);
    const session = model.session();
    expect(session.states).toEqual(
      past[0] ? { past_state_0: "present_state_0", past_state_1: "present_state_1" } : {},
    );
    expect(session.inputs).toEqual(["q", "k", "v", "x"]);
    for (let step = 0; step < steps; step++) {
      const { y, z } = session.step(at(step));
      expectClose(numbersOf(y), numbersOf(whole.y).slice(step * 8, (step + 1) * 8));
      expectClose(
        numbersOf(z),
        numbersOf(whole.z).filter((_entry, index) => index % steps === step),
      );
    }
  });
});
