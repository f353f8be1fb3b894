// Small files that ask for hours or for all memory: each is refused by the work that it counts, at the same place on every machine.
import { type Device, openDevice } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type TestGraph, type TestNode } from "./build.ts";
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

/** A loop without end around nodes that carry v to w; what else the body gives is stacked. */
function endless(nodes: readonly TestNode[], stacks: readonly string[] = []): TestGraph {
  const same = [node("Identity", ["v"], ["w"]), node("Identity", ["c"], ["d"])];
  const body: TestGraph = {
    inputs: [{ name: "i" }, { name: "c" }, { name: "v" }],
    nodes: [...same, ...nodes],
    outputs: ["d", "w", ...stacks],
  };
  const outputs = ["last", ...stacks.map((name) => `${name}s`)];
  return {
    inputs: [],
    constants: { n: wholes([], 2 ** 40), yes: typed("bool", [], 1), v0: list(1), size: list(1e7) },
    nodes: [node("Loop", ["n", "yes", "v0"], outputs, { body: { g: body } })],
    outputs,
  };
}

const products: TestGraph = {
  inputs: [],
  constants: { n: list(8000, 8000) },
  nodes: [
    node("ConstantOfShape", ["n"], ["a0"], { value: { t: floats([1], 1) } }),
    ...Array.from({ length: 8 }, (_, index) => node("MatMul", [`a${index}`, "a0"], [`a${index + 1}`])),
  ],
  outputs: ["a8"],
};

const padded = (axes: number, pad: number): TestGraph => ({
  inputs: [],
  constants: {
    x: floats([1, 1, ...new Array(axes).fill(1)], 1),
    W: floats([4, 1, ...new Array(axes).fill(1)], 1, 1, 1, 1),
  },
  nodes: [node("Conv", ["x", "W"], ["y"], { pads: { ints: new Array(2 * axes).fill(pad) } })],
  outputs: ["y"],
});

const expanded = [node("Expand", ["v", "size"], ["large"]), node("ReduceMax", ["large"], ["most"])];

const BOMBS: Readonly<Record<string, TestGraph>> = {
  "a Loop that stacks a scalar": endless([node("Identity", ["i"], ["s"])], ["s"]),
  "eight products of 8000²": products,
  "a Loop over an Expand to ten million entries": endless(expanded),
  "a Conv with pads of 16,777,216": padded(1, 2 ** 24),
  "a Conv with pads of 16,777,216 along both axes": padded(2, 2 ** 24),
  "an endless Loop": endless([]),
};

describe.each(Object.entries(BOMBS))("%s", (_, graph) => {
  const file = modelFile(graph, 17);
  const refusal = (limits: Parameters<typeof openOnnx>[2]) => {
    try {
      openOnnx(device, file, limits).runSync({});
      return "it ran";
    } catch (error) {
      return error as Error;
    }
  };

  test("is refused by its work, at the same place each time", () => {
    expect(file.length).toBeLessThan(500);
    const limits = { maxWork: 1e8, maxRunBytes: Number.POSITIVE_INFINITY };
    const first = refusal(limits);
    expect(first).toMatchObject({ name: "UnrolledError", code: "invalid-argument" });
    expect(String(first)).toMatch(/the work of more than 100000000 multiplications in this run \(maxWork\)$/);
    expect(refusal(limits)).toEqual(first);
  });
});

test.each(["eight products of 8000²", "a Conv with pads of 16,777,216 along both axes"])(
  "%s is refused before anything large is made, by the limits that hold where none is given",
  (name) => {
    const { arrayBuffers } = process.memoryUsage();
    expect(() => openOnnx(device, modelFile(BOMBS[name], 17)).runSync({})).toThrow(/max(Work|RunBytes)\)$/);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(2 ** 29);
  },
);

test("values by themselves count as memory, however few entries they have", () => {
  const file = modelFile(BOMBS["a Loop that stacks a scalar"], 17);
  expect(() => openOnnx(device, file, { maxRunBytes: 2 ** 20 }).runSync({})).toThrow(/\(maxRunBytes\)$/);
});

describe("what a run takes is counted", () => {
  const square: TestGraph = {
    inputs: [{ name: "a", type: "float32", dims: ["N", "N"] }],
    nodes: [node("MatMul", ["a", "a"], ["y"])],
    outputs: ["y"],
  };
  const run = (n: number, maxWork: number) =>
    openOnnx(device, modelFile(square), { maxWork }).runSync({
      a: { dims: [n, n], data: new Float32Array(n * n) },
    });

  test("in multiplications with addition, the bound included", () => {
    expect(() => run(100, 1e6)).toThrow("maxWork");
    expect(run(100, 1e7).y.dims).toEqual([100, 100]);
    expect(() => run(1000, 1e9)).toThrow("maxWork");
    expect(run(1000, 2e9).y.dims).toEqual([1000, 1000]);
  });

  test("for each run and each step of a stream anew", () => {
    const model = openOnnx(device, modelFile(square), { maxWork: 1e7 });
    const a = { dims: [100, 100], data: new Float32Array(10_000) };
    for (let count = 0; count < 20; count++) expect(model.runSync({ a }).y.data.length).toBe(10_000);
  });

  test.each([0, -1, Number.NaN, "5" as unknown as number, null as unknown as number])(
    "by limits that are numbers above 0, not %s",
    (limit) => {
      for (const name of ["maxWork", "maxRunBytes", "maxRunNodes"])
        expect(() => openOnnx(device, modelFile(square), { [name]: limit })).toThrow(
          `openOnnx: ${name} is ${limit}, needed a number above 0`,
        );
    },
  );
});

test.each<[string, TestGraph]>([
  [
    "more axes than any operator needs",
    {
      inputs: [],
      constants: { x: floats([1], 1), n: list(...new Array(40).fill(1)) },
      nodes: [node("Reshape", ["x", "n"], ["y"])],
      outputs: ["y"],
    },
  ],
  [
    "a list of more numbers than anything has axes",
    {
      inputs: [],
      constants: { n: list(1_000_000), x: floats([1], 1) },
      nodes: [
        node("ConstantOfShape", ["n"], ["shape"], { value: { t: list(1) } }),
        node("Reshape", ["x", "shape"], ["y"]),
      ],
      outputs: ["y"],
    },
  ],
])("%s is refused", (_, graph) => {
  expect(() => openOnnx(device, modelFile(graph)).runSync({})).toThrow(/, (at most|needed at most) \d+/);
});

describe("a signal", () => {
  test("ends a run between two nodes of a loop, while others have their turn", async () => {
    const model = openOnnx(device, modelFile(BOMBS["an endless Loop"], 17), {
      maxWork: Number.POSITIVE_INFINITY,
      maxRunNodes: Number.POSITIVE_INFINITY,
    });
    const stop = new AbortController();
    const run = model.run({}, { signal: stop.signal });
    setTimeout(() => stop.abort());
    await expect(run).rejects.toMatchObject({ code: "aborted", message: "run: aborted by its signal" });
    await expect(model.run({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
  });

  test("that does not come changes nothing, even where runs of other shapes come between", async () => {
    const scale: TestGraph = {
      inputs: [
        { name: "x", type: "float32", dims: ["N"] },
        { name: "most", type: "int64", dims: [] },
      ],
      constants: { yes: typed("bool", [], 1) },
      nodes: [
        node("Shape", ["x"], ["shape"]),
        node("Cast", ["shape"], ["size"], { to: { i: 1 } }),
        node("Loop", ["most", "yes", "x"], ["y"], {
          body: {
            g: {
              inputs: [{ name: "i" }, { name: "c" }, { name: "v" }],
              nodes: [node("Add", ["v", "size"], ["w"]), node("Identity", ["c"], ["d"])],
              outputs: ["d", "w"],
            },
          },
        }),
      ],
      outputs: ["y"],
    };
    const model = openOnnx(device, modelFile(scale, 17));
    const inputs = (n: number, trips: number) => ({
      x: { dims: [n], data: new Float32Array(n) },
      most: { dims: [], data: [trips] },
    });
    const { signal } = new AbortController();
    const runs = [3, 5, 2].map((n) => model.run(inputs(n, 20_000), { signal }));
    expect(Array.from(model.runSync(inputs(4, 10)).y.data)).toEqual([40, 40, 40, 40]);
    const all = await Promise.all(runs);
    expect(all.map(({ y }) => Array.from(y.data))).toEqual([
      [60_000, 60_000, 60_000],
      new Array(5).fill(100_000),
      [40_000, 40_000],
    ]);
    expect(Array.from(model.runSync(inputs(1, 2)).y.data)).toEqual([2]);
  });
});
