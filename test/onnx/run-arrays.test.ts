// A run computes in the arrays of the run before it: nothing that outlives a run may stand in them.
import { openDevice } from "unrolled";
import { expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type TestGraph } from "./build.ts";
import { list, random } from "./operator-case.ts";
import { node, value } from "./stream-graphs.ts";

const device = await openDevice();

/** y = (2x)², z = 2x in another shape, s = x's shape: an intermediate value that is given out under another name, and one by shapes. */
const graph: TestGraph = {
  nodes: [
    node("Add", ["x", "x"], ["twice"]),
    node("Mul", ["twice", "twice"], ["y"]),
    node("Reshape", ["twice", "flat"], ["z"]),
    node("Shape", ["x"], ["s"]),
  ],
  inputs: [value("x", 2, "n")],
  outputs: ["y", "z", "s"],
  constants: { flat: list(-1) },
};

test("outputs stay as they are when the graph runs again", () => {
  const model = openOnnx(device, modelFile(graph));
  const runs = [random([2, 3]), random([2, 3]), random([2, 3]), random([2, 2]), random([2, 3])].map((x) => ({
    x,
    made: model.runSync({ x }),
  }));
  for (const {
    x: { data, dims },
    made: { y, z, s },
  } of runs) {
    const twice = data.map((entry) => Math.fround(2 * Math.fround(entry)));
    expect(Array.from(z.data)).toEqual(twice);
    expect(Array.from(y.data)).toEqual(twice.map((entry) => Math.fround(entry * entry)));
    expect(Array.from(s.data)).toEqual([...dims]);
  }
});

test("runs that pause and others in between do not share arrays", async () => {
  const model = openOnnx(device, modelFile(graph));
  const { signal } = new AbortController();
  const inputs = Array.from({ length: 6 }, () => random([2, 3]));
  const all = inputs.map((x) => model.run({ x }, { signal }));
  const between = inputs.map((x) => Array.from(model.runSync({ x }).z.data));
  const made = await Promise.all(all);
  made.forEach(({ z }, index) => {
    expect(Array.from(z.data)).toEqual(between[index]);
  });
});
