// If, Loop and Scan with subgraphs that see what stands around them, against onnxruntime-node.
import { type Device, openDevice } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type Numbers, type TestGraph, type TestNode } from "./build.ts";
import { expectSame, floats, list, random, runtimeOutputs, typed, wholes } from "./operator-case.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

async function expectSameGraph(graph: TestGraph, ...feeds: readonly Readonly<Record<string, Numbers>>[]) {
  const file = modelFile(graph, 17);
  const model = openOnnx(device, file);
  for (const feed of feeds) expectSame(model.runSync(feed), await runtimeOutputs(file, feed));
}

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({
  op,
  inputs,
  outputs,
  attributes,
});

const branch = (nodes: readonly TestNode[], ...outputs: string[]): { g: TestGraph } => ({
  g: { nodes, inputs: [], outputs },
});

test("If runs the branch that the condition says, with names from outside", async () => {
  const graph: TestGraph = {
    inputs: [
      { name: "x", type: "float32", dims: [3] },
      { name: "choice", type: "bool", dims: [] },
    ],
    constants: { two: floats([], 2) },
    nodes: [
      node("Neg", ["x"], ["minus"]),
      node("If", ["choice"], ["y", "z"], {
        then_branch: branch([node("Mul", ["minus", "two"], ["a"]), node("Add", ["a", "x"], ["b"])], "a", "b"),
        else_branch: branch([node("Identity", ["x"], ["c"]), node("Sub", ["c", "minus"], ["d"])], "c", "d"),
      }),
    ],
    outputs: ["y", "z"],
  };
  const x = random([3]);
  await expectSameGraph(graph, { x, choice: typed("bool", [], 1) }, { x, choice: typed("bool", [], 0) });
});

test("an If whose condition follows from shapes may choose another shape, and nests", async () => {
  const graph: TestGraph = {
    inputs: [{ name: "x", type: "float32", dims: ["N", "M"] }],
    constants: { one: wholes([], 1), zero: wholes([], 0), axes: list(0), always: typed("bool", [], 1) },
    nodes: [
      node("Shape", ["x"], ["shape"]),
      node("Gather", ["shape", "zero"], ["n"]),
      node("Equal", ["n", "one"], ["single"]),
      node("If", ["single"], ["y"], {
        then_branch: branch([node("Squeeze", ["x", "axes"], ["squeezed"])], "squeezed"),
        else_branch: branch(
          [
            node("If", ["always"], ["inner"], {
              then_branch: branch([node("Exp", ["x"], ["e"])], "e"),
              else_branch: branch([node("NoSuchOperator", ["x"], ["f"])], "f"),
            }),
          ],
          "inner",
        ),
      }),
      node("Shape", ["y"], ["z"]),
    ],
    outputs: ["y", "z"],
  };
  const model = openOnnx(device, modelFile(graph));
  const first = model.runSync({ x: random([1, 4]) });
  expect([first.y.dims, Array.from(first.z.data)]).toEqual([[4], [4]]);
  const second = model.runSync({ x: floats([2, 1], 0, 1) });
  expect([second.y.dims, Array.from(second.z.data)]).toEqual([
    [2, 1],
    [2, 1],
  ]);
  expect(second.y.data[1]).toBeCloseTo(Math.E, 6);
});

/** Adds x and the count to what is carried, until it is large; stacks the squares. */
const loopGraph: TestGraph = {
  inputs: [
    { name: "most", type: "int64", dims: [] },
    { name: "begin", type: "bool", dims: [] },
    { name: "x", type: "float32", dims: [2] },
  ],
  constants: { limit: floats([], 12) },
  nodes: [
    node("Identity", ["x"], ["start"]),
    node("Loop", ["most", "begin", "start"], ["last", "squares"], {
      body: {
        g: {
          inputs: [
            { name: "count", type: "int64", dims: [] },
            { name: "before", type: "bool", dims: [] },
            { name: "carried", type: "float32", dims: [2] },
          ],
          constants: {},
          nodes: [
            node("Cast", ["count"], ["number"], { to: { i: 1 } }),
            node("Add", ["carried", "number"], ["more"]),
            node("Add", ["more", "x"], ["next"]),
            node("Mul", ["next", "next"], ["square"]),
            node("ReduceSum", ["next"], ["sum"], { keepdims: { i: 0 } }),
            node("Less", ["sum", "limit"], ["after"]),
          ],
          outputs: [
            { name: "after", type: "bool", dims: [] },
            { name: "next", type: "float32", dims: [2] },
            { name: "square", type: "float32", dims: [2] },
          ],
        },
      },
    }),
  ],
  outputs: ["last", "squares"],
};

test("Loop counts, stops by its condition, carries and stacks", async () => {
  const x = floats([2], 0.5, 0.25);
  const feed = (most: number, begin: number) => ({
    most: wholes([], most),
    begin: typed("bool", [], begin),
    x,
  });
  await expectSameGraph(loopGraph, feed(3, 1), feed(1000, 1));
  await expectSameGraph(loopGraph, feed(5, 0));
});

test("Scan goes over sequences either way, along other axes, and stacks", async () => {
  const graph: TestGraph = {
    inputs: [
      { name: "state", type: "float32", dims: [2] },
      { name: "xs", type: "float32", dims: [3, 2] },
      { name: "ys", type: "float32", dims: [2, 3] },
    ],
    constants: { half: floats([], 0.5) },
    nodes: [
      node("Scan", ["state", "xs", "ys"], ["last", "sums", "products"], {
        num_scan_inputs: { i: 2 },
        scan_input_axes: { ints: [0, 1] },
        scan_input_directions: { ints: [0, 1] },
        scan_output_axes: { ints: [0, -1] },
        scan_output_directions: { ints: [1, 0] },
        body: {
          g: {
            inputs: [
              { name: "s", type: "float32", dims: [2] },
              { name: "x", type: "float32", dims: [2] },
              { name: "y", type: "float32", dims: [2] },
            ],
            nodes: [
              node("Mul", ["s", "half"], ["decayed"]),
              node("Add", ["decayed", "x"], ["next"]),
              node("Add", ["next", "y"], ["sum"]),
              node("Mul", ["x", "y"], ["product"]),
            ],
            outputs: [
              { name: "next", type: "float32", dims: [2] },
              { name: "sum", type: "float32", dims: [2] },
              { name: "product", type: "float32", dims: [2] },
            ],
          },
        },
      }),
    ],
    outputs: ["last", "sums", "products"],
  };
  await expectSameGraph(graph, { state: random([2]), xs: random([3, 2]), ys: random([2, 3]) });
});

test.each<[string, Numbers, readonly [Numbers, Numbers], TestNode["attributes"]?]>([
  ["Reshape", random([6]), [list(2, 3), list(3, 2)]],
  ["Expand", random([1, 1]), [list(2, 3), list(3, 1)]],
  ["Tile", random([2, 2]), [list(2, 3), list(1, 1)]],
  ["Slice", random([5]), [list(1), list(2)]],
  ["Split", random([5]), [list(1, 4), list(3, 2)], { axis: { i: 0 } }],
  ["Squeeze", random([1, 3, 1]), [list(0), list(2)]],
  ["Unsqueeze", random([3]), [list(0), list(1)]],
  ["Pad", random([3]), [list(1, 2), list(2, 2)]],
  ["ReduceSum", random([2, 3]), [list(0), list(1)]],
])(
  "a shape that %s makes of numbers is not taken for that of other numbers",
  async (op, x, numbers, attributes) => {
    const info = (name: string, { type, dims }: Numbers) => ({ name, type, dims });
    const graph: TestGraph = {
      inputs: [info("x", x), info("numbers", numbers[0])],
      constants: { end: list(5) },
      nodes: [
        node(
          op,
          ["x", "numbers", ...(op === "Slice" ? ["end"] : [])],
          op === "Split" ? ["y", "rest"] : ["y"],
          attributes,
        ),
        node("Shape", ["y"], ["z"]),
      ],
      outputs: ["y", "z"],
    };
    await expectSameGraph(graph, ...numbers.map((own) => ({ x, numbers: own })));
  },
);

test("nor those of values that are made of numbers alone", async () => {
  const graph: TestGraph = {
    inputs: [
      { name: "dims", type: "int64", dims: ["R"] },
      { name: "limit", type: "int64", dims: [] },
    ],
    constants: { zero: wholes([], 0), one: wholes([], 1) },
    nodes: [
      node("ConstantOfShape", ["dims"], ["zeros"]),
      node("Shape", ["zeros"], ["shape"]),
      node("Range", ["zero", "limit", "one"], ["range"]),
      node("Size", ["range"], ["size"]),
    ],
    outputs: ["shape", "size"],
  };
  await expectSameGraph(
    graph,
    { dims: list(2, 3), limit: wholes([], 4) },
    { dims: list(4, 1), limit: wholes([], 2) },
  );
});
