// Models whose exporters left nodes out of order, packed sequences by their lengths, or decode in a loop: PyTorch's numbers.
import { existsSync, readFileSync } from "node:fs";
import { type Device, openDevice } from "unrolled";
import type { OnnxGraph, OnnxValue } from "unrolled/formats/onnx";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { required } from "../required.ts";
import { modelFile } from "./build.ts";
import { floats, random, wholes } from "./operator-case.ts";

const faults = new URL("../../../shared/data/faults/", import.meta.url);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

interface Entries {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

describe.runIf(required(existsSync(faults), faults.pathname))(
  `models made elsewhere (skipped where ${faults.pathname} is missing)`,
  () => {
    const read = (name: string) => ({
      model: openOnnx(device, readFileSync(new URL(`${name}.onnx`, faults))),
      ...(JSON.parse(readFileSync(new URL(`${name}.json`, faults), "utf8")) as {
        inputs: Record<string, Entries>;
        expected: Record<string, Entries>;
      }),
    });
    const run = (model: OnnxGraph, inputs: Record<string, Entries>) =>
      model.runSync(
        Object.fromEntries(
          Object.entries(inputs).map(([name, { shape, data }]) => [name, { dims: shape, data }]),
        ),
      );
    const expectSame = (made: Record<string, OnnxValue>, expected: Record<string, Entries>) => {
      for (const [output, { shape, data }] of Object.entries(expected)) {
        expect(made[output].dims).toEqual(shape);
        data.forEach((value, index) => {
          const here = made[output].data[index];
          expect(Math.abs(here - value), `${output}[${index}]: ${here}, PyTorch ${value}`).toBeLessThan(1e-5);
        });
      }
    };

    test.each(["attention-decoder", "greedy-loop"])("%s", (name) => {
      const { model, inputs, expected } = read(name);
      expectSame(run(model, inputs), expected);
    });

    // The exporter fixed the batch that it saw, 3, in the initial state, so that onnxruntime refuses another one too.
    test("packed-unsorted: sequences sorted by their lengths and back, in the batch that the file fixes", () => {
      const { model, inputs, expected } = read("packed-unsorted");
      const three = (all: Record<string, Entries>) =>
        Object.fromEntries(
          Object.entries(all).map(([name, { shape, data }]) => [
            name,
            { shape: [3, ...shape.slice(1)], data: data.slice(0, (data.length / shape[0]) * 3) },
          ]),
        );
      expectSame(run(model, three(inputs)), three(expected));
      expect(() => run(model, inputs)).toThrow(
        /"\/rnn\/Expand.*shapes \[1, 3, 6\] and \[1, 4, 6\] do not fit/,
      );
    });
  },
);

describe("files of other writers", () => {
  const node = (op: string, inputs: string[], outputs: string[]) => ({ op, inputs, outputs });

  test("nodes run as soon as what they read is there", () => {
    const file = modelFile({
      inputs: [{ name: "x", type: "float32", dims: [2] }],
      nodes: [
        node("Add", ["a", "b"], ["y"]),
        node("Neg", ["a"], ["b0"]),
        node("Relu", ["x"], ["a"]),
        node("Abs", ["b0"], ["b"]),
      ],
      outputs: ["y"],
    });
    expect([...openOnnx(device, file).runSync({ x: floats([2], -1, 3) }).y.data]).toEqual([0, 6]);
  });

  test("a subgraph may read what a later node makes around it", () => {
    const file = modelFile({
      inputs: [
        { name: "x", type: "float32", dims: [2] },
        { name: "choice", type: "bool", dims: [] },
      ],
      nodes: [
        {
          ...node("If", ["choice"], ["y"]),
          attributes: {
            then_branch: { g: { inputs: [], nodes: [node("Neg", ["late"], ["y"])], outputs: ["y"] } },
            else_branch: { g: { inputs: [], nodes: [node("Identity", ["x"], ["y"])], outputs: ["y"] } },
          },
        },
        node("Abs", ["x"], ["late"]),
      ],
      outputs: ["y"],
    });
    const choice = { type: "bool" as const, dims: [], data: [1] };
    expect([...openOnnx(device, file).runSync({ x: floats([2], -1, 3), choice }).y.data]).toEqual([-1, -3]);
  });

  test("custom operators are named, though the file says no version of ONNX's own", () => {
    const file = modelFile({
      inputs: [{ name: "x", type: "float32", dims: [2] }],
      nodes: [{ ...node("Fancy", ["x"], ["y"]), domain: "my.own", name: "it" }],
      outputs: ["y"],
    });
    expect(() => openOnnx(device, file)).toThrow(/node "it" \(my\.own\.Fancy\) is not supported/);
  });

  test("before version 7 a node says from which axis on a value is broadcast", () => {
    const file = modelFile(
      {
        inputs: [
          { name: "x", type: "float32", dims: [2, 2] },
          { name: "b", type: "float32", dims: [2] },
        ],
        nodes: [
          { ...node("Add", ["x", "b"], ["y"]), attributes: { broadcast: { i: 1 }, axis: { i: 0 } } },
          { ...node("Dropout", ["y"], ["z"]), attributes: { is_test: { i: 1 } } },
        ],
        outputs: ["z"],
      },
      6,
    );
    const made = openOnnx(device, file).runSync({ x: floats([2, 2], 1, 2, 3, 4), b: floats([2], 10, 20) });
    expect([...made.z.data]).toEqual([11, 12, 23, 24]);
  });

  test("Scan of version 8 is said as such", () => {
    const body = { inputs: [{ name: "s" }], nodes: [node("Identity", ["s"], ["t"])], outputs: ["t"] };
    const file = modelFile(
      {
        inputs: [{ name: "x", type: "float32", dims: [1, 2, 3] }],
        nodes: [
          {
            ...node("Scan", ["", "x"], ["y"]),
            attributes: { body: { g: body }, num_scan_inputs: { i: 1 } },
          },
        ],
        outputs: ["y"],
      },
      8,
    );
    expect(() => openOnnx(device, file)).toThrow(
      /the Scan of version 8.* is not supported; needed version 9/,
    );
  });
});

describe("work is counted before it is done", () => {
  test.each([
    ["Einsum", [random([300]), random([300]), random([300])], { equation: { s: "i,j,k->" } }],
    ["DFT", [random([1, 4096, 1])], {}],
    ["TopK", [random([40000]), wholes([1], 1)], {}],
    ["CumSum", [random([40000]), wholes([], 0)], {}],
  ] as const)("%s", (op, inputs, attributes) => {
    const names = inputs.map((_, index) => `in${index}`);
    const file = modelFile({
      inputs: inputs.map(({ type, dims }, index) => ({ name: names[index], type, dims })),
      nodes: [{ op, inputs: names, outputs: ["y"], attributes }],
      outputs: ["y"],
    });
    const model = openOnnx(device, file, { maxWork: 6e6 });
    const given = Object.fromEntries(inputs.map((value, index) => [names[index], value]));
    expect(() => model.runSync(given)).toThrow(/maxWork/);
  });
});
