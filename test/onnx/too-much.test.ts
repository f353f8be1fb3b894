// Graphs that ask for more memory or time than they are given get an error that says so.
import { type Device, openDevice } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type Numbers, type TestGraph, type TestNode } from "./build.ts";
import { floats, list, typed, wholes } from "./operator-case.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({ op, inputs, outputs, attributes });

const identity: TestGraph = {
  inputs: [{ name: "x", type: "float32", dims: [2] }],
  nodes: [node("Identity", ["x"], ["y"])],
  outputs: ["y"],
};

describe("graphs that ask for too much", () => {
  const sizes = { name: "n", type: "int64", dims: ["R"] } as const;
  const run = (graph: TestGraph, n: Numbers, limits = {}) =>
    openOnnx(device, modelFile(graph, 17), { maxRunBytes: 1 << 20, maxRunNodes: 1000, ...limits }).runSync({
      n,
    });

  test.each<[string, TestNode[], Numbers]>([
    ["ConstantOfShape", [node("ConstantOfShape", ["n"], ["y"])], list(2 ** 20, 2 ** 20)],
    ["Expand", [node("Expand", ["one", "n"], ["y"])], list(2 ** 20)],
    ["Tile", [node("Tile", ["one", "n"], ["y"])], list(2 ** 40)],
    [
      "Range",
      [node("Squeeze", ["n"], ["limit"]), node("Range", ["zero", "limit", "step"], ["y"])],
      list(2 ** 50),
    ],
    [
      "Pad",
      [node("Concat", ["nothing", "n"], ["pads"], { axis: { i: 0 } }), node("Pad", ["one", "pads"], ["y"])],
      list(2 ** 31),
    ],
  ])("%s", (_, nodes, n) => {
    const constants = { one: floats([1], 1), zero: wholes([], 0), step: wholes([], 1), nothing: list(0) };
    const graph: TestGraph = { inputs: [sizes], constants, nodes, outputs: ["y"] };
    expect(() => run(graph, n)).toThrow(
      /takes \d+ bytes, which makes \d+ for this run; no more than 1048576 are allowed/,
    );
  });

  test("endless loops, and loops that keep everything", () => {
    const loop = (body: TestGraph, outputs: string[]): TestGraph => ({
      inputs: [sizes],
      constants: { yes: typed("bool", [], 1) },
      nodes: [node("Loop", ["n", "yes", "n"], outputs, { body: { g: body } })],
      outputs,
    });
    const inputs = [{ name: "i" }, { name: "c" }, { name: "v" }];
    const same = [node("Identity", ["v"], ["w"]), node("Identity", ["c"], ["d"])];
    const endless = loop({ inputs, nodes: same, outputs: ["d", "w"] }, ["y"]);
    expect(() => run(endless, list(2 ** 40))).toThrow(/runs more than 1000 operations/);
    const big = [...same, node("Expand", ["v", "size"], ["z"])];
    const keeping = loop(
      { inputs, constants: { size: list(10_000) }, nodes: big, outputs: ["d", "w", "z"] },
      ["y", "zs"],
    );
    // Each 80,000 bytes: 13 of them fit, and those that are given up are given back.
    expect(() => run(keeping, list(100))).toThrow(/allowed \(maxRunBytes\)/);
    expect(() => run(keeping, list(10))).toThrow(/allowed \(maxRunBytes\)/);
    expect(run(keeping, list(5)).zs.dims).toEqual([5, 10_000]);
    const forgetting = loop(
      {
        inputs,
        constants: { size: list(10_000) },
        nodes: [...big, node("Size", ["z"], ["s"])],
        outputs: ["d", "w", "s"],
      },
      ["y", "ss"],
    );
    expect(run(forgetting, list(100)).ss.dims).toEqual([100]);
  });

  test("maxBytes bounds what a file may make", () => {
    const graph: TestGraph = { ...identity, constants: { big: floats([1000], ...new Array(1000).fill(1)) } };
    expect(() => openOnnx(device, modelFile(graph), { maxBytes: 3000 })).toThrow(
      /no more than 3000 are allowed/,
    );
    expect(() => openOnnx(device, modelFile(graph), { maxBytes: 100_000 })).not.toThrow();
  });
});
