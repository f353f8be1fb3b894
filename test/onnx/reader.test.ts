// What an ONNX file may hold, and what is refused: everything wrong with a graph is said at once, each node by its name.
import { type Device, openDevice, UnrolledError } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { encoded, graphMessage, modelFile, type Numbers, type TestGraph, type TestNode } from "./build.ts";
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
): TestNode => ({
  op,
  inputs,
  outputs,
  attributes,
});

const x = { name: "x", type: "float32", dims: [2] } as const;
const identity: TestGraph = { inputs: [x], nodes: [node("Identity", ["x"], ["y"])], outputs: ["y"] };

/** A model whose output is a constant that is written in this way. */
function constantFile(tensor: Record<string, unknown>): Uint8Array {
  const graph = graphMessage({ inputs: [], nodes: [node("Identity", ["c"], ["y"])], outputs: ["y"] });
  return encoded({
    ir_version: 8,
    opset_import: [{ version: 17 }],
    graph: { ...graph, initializer: [{ name: "c", ...tensor }] },
  });
}

const constantOf = (tensor: Record<string, unknown>, options = {}) =>
  openOnnx(device, constantFile(tensor), options).runSync({}).y;

describe("tensors", () => {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer);

  test.each<[string, Record<string, unknown>, Numbers]>([
    [
      "raw float32",
      { data_type: 1, dims: [2], raw_data: bytes(Float32Array.of(1.5, -2)) },
      floats([2], 1.5, -2),
    ],
    ["float_data", { data_type: 1, dims: [2], float_data: [1.5, -2] }, floats([2], 1.5, -2)],
    [
      "raw int64",
      { data_type: 7, dims: [2], raw_data: bytes(BigInt64Array.of(-5n, 2n ** 40n)) },
      list(-5, 2 ** 40),
    ],
    ["int64_data", { data_type: 7, dims: [2], int64_data: [-5, 2 ** 40] }, list(-5, 2 ** 40)],
    [
      "int32_data of int32",
      { data_type: 6, dims: [2], int32_data: [-5, 70000] },
      typed("int32", [2], -5, 70000),
    ],
    ["int32_data of int8", { data_type: 3, dims: [2], int32_data: [-5, 100] }, typed("int8", [2], -5, 100)],
    ["int32_data of bool", { data_type: 9, dims: [2], int32_data: [0, 1] }, typed("bool", [2], 0, 1)],
    ["raw uint8", { data_type: 2, dims: [2], raw_data: Uint8Array.of(3, 255) }, typed("uint8", [2], 3, 255)],
    ["double_data", { data_type: 11, dims: [1], double_data: [0.1] }, typed("float64", [1], 0.1)],
    ["uint64_data of uint32", { data_type: 12, dims: [1], uint64_data: [4e9] }, typed("uint32", [1], 4e9)],
    [
      "raw float16",
      { data_type: 10, dims: [2], raw_data: bytes(Uint16Array.of(0x3c00, 0xc100)) },
      typed("float16", [2], 1, -2.5),
    ],
    ["float16 in int32_data", { data_type: 10, dims: [1], int32_data: [0x3800] }, typed("float16", [1], 0.5)],
    [
      "raw bfloat16",
      { data_type: 16, dims: [1], raw_data: bytes(Uint16Array.of(0x4040)) },
      typed("bfloat16", [1], 3),
    ],
    ["no entries", { data_type: 1, dims: [2, 0] }, floats([2, 0])],
    ["a single number", { data_type: 7, dims: [], int64_data: [9] }, wholes([], 9)],
  ])("%s", (_, tensor, { type, dims, data }) => {
    const y = constantOf(tensor);
    expect([y.type, y.dims, Array.from(y.data)]).toEqual([type, dims, data]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "int4",
      { data_type: 22, dims: [2], raw_data: Uint8Array.of(1) },
      /tensor "c" has the type int4, which is not supported/,
    ],
    ["text", { data_type: 8, dims: [1], string_data: [Uint8Array.of(65)] }, /the type string/],
    [
      "too few entries",
      { data_type: 1, dims: [3], float_data: [1, 2] },
      /tensor "c" has 2 entries, its dims \[3\] need 3/,
    ],
    [
      "too few bytes",
      { data_type: 1, dims: [3], raw_data: new Uint8Array(8) },
      /has 8 bytes of raw data, its dims need 12/,
    ],
    [
      "negative dims",
      { data_type: 1, dims: [-1], raw_data: new Uint8Array(4) },
      /dims \[-1\], needed whole numbers/,
    ],
    [
      "enormous dims",
      { data_type: 1, dims: [2 ** 40], raw_data: new Uint8Array(4) },
      /tensor "c" takes 4398046511104 bytes/,
    ],
    [
      "other files",
      { data_type: 1, dims: [1], data_location: 1, external_data: [{ key: "location", value: "w.bin" }] },
      /stored in another file, "w.bin"/,
    ],
  ])("%s are refused", (_, tensor, message) => {
    expect(() => constantOf(tensor)).toThrow(message);
  });

  test("entries in other files are read by the caller", () => {
    const place = [
      { key: "location", value: "w.bin" },
      { key: "offset", value: "16" },
      { key: "length", value: "8" },
    ];
    const tensor = { data_type: 1, dims: [2], data_location: 1, external_data: place };
    const asked: unknown[] = [];
    const externalData = (...args: unknown[]) => {
      asked.push(args);
      return bytes(Float32Array.of(3, 4));
    };
    expect(Array.from(constantOf(tensor, { externalData }).data)).toEqual([3, 4]);
    expect(asked).toEqual([["w.bin", 16, 8]]);
    expect(() => constantOf(tensor, { externalData: () => new Uint8Array(4) })).toThrow(
      /has 4 bytes of raw data/,
    );
  });
});

describe("files", () => {
  test("fields that nobody knows are passed over", () => {
    const file = modelFile(identity);
    // Fields 99: a varint, eight bytes, a length and bytes, four bytes.
    const strange = [0x98, 6, 5, 0x99, 6, ...new Array(8).fill(1), 0x9a, 6, 2, 7, 7, 0x9d, 6, 1, 2, 3, 4];
    const model = openOnnx(device, Uint8Array.from([...strange, ...file]));
    expect(Array.from(model.runSync({ x: floats([2], 1, 2) }).y.data)).toEqual([1, 2]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /openOnnx: there is no graph; this is not an ONNX model/],
    ["a text", new TextEncoder().encode('{"a": 1}'), /openOnnx: /],
    ["an old version", modelFile(identity, 5), /version 5 of ONNX's operators, supported are 6 to 27/],
    ["a new version", modelFile(identity, 99), /version 99/],
  ])("%s is refused", (_, file, message) => {
    expect(() => openOnnx(device, file)).toThrow(message);
    expect(() => openOnnx(device, file)).toThrow(UnrolledError);
  });

  test("graphs nested without end are refused", () => {
    let graph: TestGraph = identity;
    for (let depth = 0; depth < 24; depth++) {
      graph = {
        inputs: [],
        nodes: [node("If", ["c"], ["y"], { then_branch: { g: graph }, else_branch: { g: identity } })],
        outputs: ["y"],
      };
    }
    expect(() => openOnnx(device, modelFile(graph))).toThrow(/in more than 64 messages/);
  });

  test("constants among the inputs, as old files have them, need not be given", () => {
    const graph: TestGraph = {
      inputs: [x, { name: "two", type: "float32", dims: [] }],
      constants: { two: floats([], 2) },
      nodes: [node("Mul", ["x", "two"], ["y"])],
      outputs: ["y"],
    };
    const model = openOnnx(device, modelFile(graph, 8));
    expect(model.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(Array.from(model.runSync({ x: floats([2], 1, 2) }).y.data)).toEqual([2, 4]);
  });
});

describe("graphs", () => {
  const problemsOf = (graph: TestGraph) => {
    try {
      openOnnx(device, modelFile(graph));
    } catch (error) {
      return (error as Error).message.replace("openOnnx: ", "").split("; ");
    }
    return [];
  };

  test("everything that is not supported is said at once", () => {
    const graph: TestGraph = {
      inputs: [x],
      nodes: [
        { ...node("Fft", ["x"], ["a"]), name: "spectrum" },
        { ...node("Attention", ["a"], ["b"]), domain: "com.microsoft" },
        { ...node("Relu", ["b"], ["c"], { alpha: { f: 1 } }), name: "bent" },
        node("LSTM", ["c", "w", "r"], ["y"], { activations: { strings: ["Sine", "Tanh", "Tanh"] } }),
        node("Softmax", ["y", "c"], ["z"]),
        node("If", ["x"], ["i"], {
          then_branch: { g: { inputs: [], nodes: [node("Mystery", ["x"], ["m"])], outputs: ["m"] } },
          else_branch: { g: { inputs: [], nodes: [node("Identity", ["x"], ["n"])], outputs: ["n"] } },
        }),
      ],
      constants: { w: floats([1, 1, 1], 1), r: floats([1, 1, 1], 1) },
      outputs: ["z", "nowhere"],
    };
    expect(problemsOf(graph)).toEqual([
      'node "spectrum" (Fft) is not supported',
      "node 1 (com.microsoft.Attention) is not supported",
      'node "bent" (Relu): attribute alpha is not supported',
      'node 3 (LSTM): activation "Sine" is not supported',
      "node 4 (Softmax): it has 2 inputs, needed 1",
      "node 6 (Mystery) is not supported",
      'output "nowhere" is made by no node',
    ]);
  });

  test("names made twice, missing or in a circle are said", () => {
    const graph: TestGraph = {
      inputs: [x],
      nodes: [
        node("Add", ["x", "late"], ["first"]),
        node("Relu", ["first"], ["late"]),
        node("Relu", ["nothing"], ["x"]),
        node("Neg", ["", ""], ["n"]),
      ],
      outputs: ["first"],
    };
    expect(problemsOf(graph)).toEqual([
      'node 0 (Add) reads "late" before it is made',
      "the nodes are not in an order in which they can run, or in a circle",
      'node 2 (Relu) reads "nothing", which nothing makes',
      'two values are called "x"',
      "the second is made by node 2 (Relu)",
      "node 3 (Neg): it has 0 inputs, needed 1",
    ]);
  });

  test("a node that fails is named", () => {
    const graph: TestGraph = {
      inputs: [x, { name: "y", type: "float32", dims: ["N"] }],
      nodes: [{ ...node("Add", ["x", "y"], ["z"]), name: "sum" }],
      outputs: ["z"],
    };
    const model = openOnnx(device, modelFile(graph));
    expect(() => model.runSync({ x: floats([2], 1, 2), y: floats([3], 1, 2, 3) })).toThrow(
      'runSync: node "sum" (Add): shapes [2] and [3] do not fit each other',
    );
    // The next run is none the worse for it.
    expect(Array.from(model.runSync({ x: floats([2], 1, 2), y: floats([1], 1) }).z.data)).toEqual([2, 3]);
  });

  test("a constant that is packed for one node is still there for another", () => {
    const graph: TestGraph = {
      inputs: [{ name: "x", type: "float32", dims: [1, 2] }],
      constants: { w: floats([2, 2], 1, 2, 3, 4) },
      nodes: [
        node("MatMul", ["x", "w"], ["product"]),
        node("Add", ["product", "w"], ["y"]),
        node("Transpose", ["w"], ["turned"]),
        node("Gemm", ["x", "turned"], ["z"]),
      ],
      outputs: ["y", "z", "turned"],
    };
    const { y, z, turned } = openOnnx(device, modelFile(graph)).runSync({
      x: { dims: [1, 2], data: [1, 10] },
    });
    expect(Array.from(y.data)).toEqual([32, 44, 34, 46]);
    expect(Array.from(z.data)).toEqual([21, 43]);
    expect(Array.from(turned.data)).toEqual([1, 3, 2, 4]);
  });

  test("whole numbers beyond 2^53 are refused where they arise", () => {
    const graph: TestGraph = {
      inputs: [{ name: "n", type: "int64", dims: [] }],
      nodes: [node("Mul", ["n", "n"], ["y"])],
      outputs: ["y"],
    };
    const model = openOnnx(device, modelFile(graph));
    expect(() => model.runSync({ n: wholes([], 2 ** 30) })).toThrow(
      /int64 1152921504606847000 is larger than 2\^53/,
    );
  });
});
