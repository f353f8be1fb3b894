// A graph whose shapes are those of the runs before is repeated from a recording, which the third run makes. It does what any run does.
import { Device, openDevice } from "unrolled";

import { expect, test } from "vitest";
import { CACHES, FRAME, speechEnhancer } from "../../bench/peers/speech-enhancer.ts";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { openEveryBackend } from "../../src/kernels/conformance/open.ts";
import { modelFile, type TestGraph } from "./build.ts";
import { list, random, wholes } from "./operator-case.ts";
import { node, value } from "./stream-graphs.ts";

const device = await openDevice();
const RUNS = 6;

/** The first entry that is not the same number; −1 where there is none. Quicker than toEqual on tens of thousands of entries. */
function firstUnlike(here: ArrayLike<number>, there: ArrayLike<number>): number {
  const { length } = here.length > there.length ? here : there;
  for (let index = 0; index < length; index++) if (!Object.is(here[index], there[index])) return index;
  return -1;
}

test("a speech enhancer gives the bits of runs that are not repeated, on every backend", async () => {
  const { file } = speechEnhancer();
  const states = Object.fromEntries(CACHES.map(({ name }) => [name, `${name}_out`]));
  for (const backend of await openEveryBackend()) {
    const own = new Device(backend);
    const stream = openOnnx(own, file).session({ states });
    let state = stream.state();
    for (let frame = 0; frame < RUNS; frame++) {
      const mix = random(FRAME);
      const fresh = openOnnx(own, file).session({ states });
      fresh.restore(state);
      const [here, there] = [stream.step({ mix }), fresh.step({ mix })];
      for (const name of Object.keys(there)) expect(firstUnlike(here[name].data, there[name].data)).toBe(-1);
      state = stream.state();
      expect(firstUnlike(state, fresh.state())).toBe(-1);
    }
  }
}, 60_000);

const sums: TestGraph = {
  nodes: [
    node("Add", ["x", "one"], ["more"]),
    node("Identity", ["x"], ["same"]),
    node("Transpose", ["more"], ["turned"]),
    node("Unsqueeze", ["turned", "front"], ["y"]),
  ],
  inputs: [value("x", "m", "n")],
  outputs: ["y", "same"],
  constants: { one: { type: "float32", dims: [1], data: [1] }, front: list(0) },
};

test("outputs are the caller's, and other shapes may come at any time", () => {
  const graph = openOnnx(device, modelFile(sums));
  const shapes = [
    [2, 3],
    [2, 3],
    [2, 3],
    [2, 3],
    [2, 3],
    [4, 1],
    [2, 3],
    [2, 3],
    [2, 3],
    [2, 3],
  ];
  const runs = shapes.map((dims) => {
    const x = random(dims);
    return { x, made: graph.runSync({ x }) };
  });
  for (const { x, made } of runs) {
    const [m, n] = x.dims;
    const numbers = Float32Array.from(x.data);
    expect(made.same.data).toEqual(numbers);
    expect(made.y.dims).toEqual([1, n, m]);
    const turned = Float32Array.from(numbers, (_, at) => 1 + numbers[(at % m) * n + Math.floor(at / m)]);
    expect(made.y.data).toEqual(turned);
    made.same.data.fill(0);
  }
});

test("what a number may not be is an error in every run, and the next run is right", () => {
  const graph = openOnnx(
    device,
    modelFile({
      nodes: [node("Gather", ["x", "at"], ["one"]), node("Add", ["one", "x"], ["y"])],
      inputs: [value("x", 3), { name: "at", type: "int64", dims: [1] }],
      outputs: ["y"],
    }),
  );
  const x = { dims: [3], data: [1, 2, 3] };
  for (let run = 0; run < RUNS; run++) {
    expect(Array.from(graph.runSync({ x, at: wholes([1], run % 3) }).y.data)).toEqual(
      [1, 2, 3].map((entry) => entry + 1 + (run % 3)),
    );
    expect(() => graph.runSync({ x, at: wholes([1], 3) })).toThrow(
      /Gather.*an index is 3, needed one from -3 to 2/,
    );
  }
});

test("shapes that follow from numbers are found in every run", () => {
  const graph = openOnnx(
    device,
    modelFile({
      nodes: [node("NonZero", ["x"], ["places"]), node("Add", ["x", "x"], ["y"])],
      inputs: [value("x", 3)],
      outputs: ["places", "y"],
    }),
  );
  for (let run = 0; run < RUNS; run++) {
    const data = [0, 1, run % 2];
    const { places, y } = graph.runSync({ x: { dims: [3], data } });
    expect(places.dims).toEqual([1, 1 + (run % 2)]);
    expect(Array.from(y.data)).toEqual(data.map((entry) => 2 * entry));
  }
});

test("a fork goes its own way", () => {
  const { file } = speechEnhancer();
  const states = Object.fromEntries(CACHES.map(({ name }) => [name, `${name}_out`]));
  const stream = openOnnx(device, file).session({ states });
  const frames = Array.from({ length: RUNS }, () => random(FRAME));
  for (const mix of frames) stream.step({ mix });
  const fork = stream.fork();
  const [first] = frames;
  const expected = stream.step({ mix: first });
  stream.step({ mix: frames[1] });
  expect(fork.step({ mix: first })).toEqual(expected);
});
