// ONNX files, opened and, where that succeeds, run within limits: graphs can ask for memory and time as well as files.
import { openDevice } from "unrolled";
import { openOnnx } from "../../../src/formats/onnx/graph.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";
import { modelFile, type Numbers, type TestGraph, type TestNode } from "../../onnx/build.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { truncationsEverywhere } from "../mutations.ts";
import { type Nesting, protobufMutations } from "../protobuf-mutations.ts";

const RUN_BYTES = 2 << 20;
const RUN_NODES = 2_000;
const RUN_WORK = 2e8;
/** What a run has given up counts until it is collected, which may be after many times its limit. */
const GROWTH_BYTES = 96 << 20;

const NOTHING: Nesting = {};
const TENSOR: Nesting = { 13: () => NOTHING };
const INFO: Nesting = { 2: () => ({ 1: () => ({ 2: () => ({ 1: () => NOTHING }) }) }) };
const GRAPH: Nesting = {
  1: () => ({ 5: () => ({ 5: () => TENSOR, 6: () => GRAPH }) }),
  5: () => TENSOR,
  11: () => INFO,
  12: () => INFO,
};
const MODEL: Nesting = { 7: () => GRAPH, 8: () => NOTHING };

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
const whole = (dims: number[], ...data: number[]): Numbers => ({ type: "int64", dims, data });
const float = (dims: number[]): Numbers => ({
  type: "float32",
  dims,
  data: Array.from({ length: sizeOf(dims) }, (_, index) => Math.sin(index)),
});

const recurrent: TestGraph = {
  inputs: [
    { name: "x", type: "float32", dims: ["T", 1, 2] },
    { name: "h0", type: "float32", dims: [1, 1, 2] },
  ],
  constants: {
    W: float([1, 8, 2]),
    R: float([1, 8, 2]),
    B: float([1, 16]),
    K: float([2, 2, 1]),
    M: float([2, 3]),
    lengths: { type: "int32", dims: [1], data: [2] },
    axis: whole([1], 1),
  },
  nodes: [
    node("LSTM", ["x", "W", "R", "B", "lengths", "h0"], ["y", "hn", ""], {
      hidden_size: { i: 2 },
      activations: { strings: ["Sigmoid", "Tanh", "Softsign"] },
      clip: { f: 3 },
    }),
    node("Squeeze", ["y", "axis"], ["squeezed"]),
    node("Transpose", ["squeezed"], ["turned"], { perm: { ints: [1, 2, 0] } }),
    node("Conv", ["turned", "K"], ["convolved"], {
      pads: { ints: [1, 1] },
      strides: { ints: [1] },
      group: { i: 1 },
    }),
    node("Transpose", ["convolved"], ["back"], { perm: { ints: [2, 0, 1] } }),
    node("MatMul", ["back", "M"], ["scores"]),
    node("Softmax", ["scores"], ["p"], { axis: { i: -1 } }),
  ],
  outputs: ["p", "hn"],
};

const choices: TestGraph = {
  inputs: [{ name: "x", type: "float32", dims: [2, 4, 3] }],
  constants: {
    two: whole([1], 2),
    one: whole([], 1),
    lengths: whole([2], 4, 1),
    places: whole([2, 2, 3], 0, 1, 2, 1, 0, 1, 0, 0, 1, 1, 1, 0),
    depth: whole([], 4),
    onOff: float([2]),
    W: float([3, 5]),
    scale: float([4]),
    size: whole([], 4),
    signal: float([1, 8, 1]),
  },
  nodes: [
    node("TopK", ["x", "two"], ["top", "indices"], { axis: { i: 1 }, largest: { i: 0 } }),
    node("ScatterElements", ["x", "places", "top"], ["scattered"], { axis: { i: 1 } }),
    node("ReverseSequence", ["scattered", "lengths"], ["reversed"], {
      batch_axis: { i: 0 },
      time_axis: { i: 1 },
    }),
    node("CumSum", ["reversed", "one"], ["sums"], { exclusive: { i: 1 } }),
    node("GroupNormalization", ["sums", "scale", "scale"], ["normal"], { num_groups: { i: 2 } }),
    node("Einsum", ["normal", "W"], ["product"], { equation: { s: "bti,ij->bj" } }),
    node("NonZero", ["product"], ["found"]),
    node("OneHot", ["indices", "depth", "onOff"], ["hot"]),
    node("HannWindow", ["size"], ["window"]),
    node("STFT", ["signal", "two", "window", "size"], ["spectrum"]),
    node("DFT", ["signal", "depth", "one"], ["wave"]),
    node("Attention", ["x", "x", "x"], ["attended"], { q_num_heads: { i: 1 }, kv_num_heads: { i: 1 } }),
    node("Unique", ["hot"], ["different"]),
  ],
  outputs: ["product", "found", "spectrum", "wave", "attended", "different"],
};

const shapes: TestGraph = {
  inputs: [{ name: "x", type: "float32", dims: ["N", 2] }],
  constants: {
    dims: whole([2], 3, 2),
    times: whole([2], 2, 1),
    first: whole([1], 0),
    last: whole([1], 9),
    start: whole([], 0),
    limit: whole([], 3),
    step: whole([], 2),
    trips: whole([], 3),
    flat: whole([1], -1),
    pads: whole([2], 1, 1),
    yes: { type: "bool", dims: [], data: [1] },
    places: whole([2, 1], 0, 1),
    updates: float([2]),
  },
  nodes: [
    node("Shape", ["x"], ["shape"]),
    node("ConstantOfShape", ["dims"], ["zeros"], { value: { t: { type: "float32", dims: [1], data: [1] } } }),
    node("Expand", ["zeros", "dims"], ["wide"]),
    node("Tile", ["x", "times"], ["tiled"]),
    node("Range", ["start", "limit", "step"], ["range"]),
    node("Reshape", ["x", "flat"], ["flattened"]),
    node("Pad", ["flattened", "pads"], ["padded"], { mode: { s: "reflect" } }),
    node("Slice", ["padded", "first", "last", "first"], ["sliced"]),
    node("ScatterND", ["sliced", "places", "updates"], ["scattered"]),
    node("Gather", ["flattened", "range"], ["gathered"], { axis: { i: 0 } }),
    node("Loop", ["trips", "yes", "scattered"], ["looped", "steps"], {
      body: {
        g: {
          inputs: [{ name: "i" }, { name: "c" }, { name: "carried" }],
          nodes: [
            node("Concat", ["carried", "scattered"], ["longer"], { axis: { i: 0 } }),
            node("Identity", ["c"], ["goes"]),
            node("ReduceSum", ["longer"], ["sum"], { keepdims: { i: 0 } }),
          ],
          outputs: ["goes", "longer", "sum"],
        },
      },
    }),
    node("ReduceMax", ["tiled"], ["most"], { axes: { ints: [0] }, keepdims: { i: 1 } }),
  ],
  outputs: ["wide", "looped", "steps", "most", "range"],
};

const device = await openDevice();

/** What asks for much: products, convolutions and loops, large as they are and larger once a number is. */
const heavy: TestGraph = {
  inputs: [{ name: "x", type: "float32", dims: ["N", 2] }],
  constants: {
    dims: whole([2], 60, 2),
    square: whole([2], 2, 60),
    signal: float([1, 1, 40]),
    K: float([2, 1, 3]),
    pooledWeights: float([2, 1, 2]),
    trips: whole([], 4),
    yes: { type: "bool", dims: [], data: [1] },
    size: whole([1], 100),
  },
  nodes: [
    node("ConstantOfShape", ["dims"], ["a"]),
    node("ConstantOfShape", ["square"], ["b"]),
    node("MatMul", ["a", "b"], ["ab"]),
    node("MatMul", ["ab", "ab"], ["abab"]),
    node("Conv", ["signal", "K"], ["convolved"], { pads: { ints: [8, 8] }, dilations: { ints: [1] } }),
    node("MaxPool", ["convolved"], ["pooled"], { kernel_shape: { ints: [3] }, pads: { ints: [1, 1] } }),
    node("ConvTranspose", ["pooled", "pooledWeights"], ["spread"], { strides: { ints: [2] } }),
    node("Loop", ["trips", "yes", "x"], ["looped", "stacked"], {
      body: {
        g: {
          inputs: [{ name: "i" }, { name: "c" }, { name: "carried" }],
          nodes: [
            node("Expand", ["i", "size"], ["large"]),
            node("ReduceSum", ["large"], ["sum"], { keepdims: { i: 0 } }),
            node("Identity", ["c"], ["goes"]),
            node("Identity", ["carried"], ["same"]),
          ],
          outputs: ["goes", "same", "sum"],
        },
      },
    }),
  ],
  outputs: ["abab", "spread", "looped", "stacked"],
};

/** Opens a file, and runs it on inputs as it says it needs them. */
function openAndRun(bytes: Uint8Array): void {
  const model = openOnnx(device, bytes, {
    maxRunBytes: RUN_BYTES,
    maxRunNodes: RUN_NODES,
    maxWork: RUN_WORK,
  });
  const inputs = model.inputs.map(({ name, dims, type }) => {
    const lengths = (dims ?? [2]).map((length) => (typeof length === "number" ? length : 2));
    const size = Math.min(sizeOf(lengths), 1000);
    return [
      name,
      { dims: lengths, data: new Float32Array(size).fill(1), ...(type ? { type } : {}) },
    ] as const;
  });
  model.runSync(Object.fromEntries(inputs));
}

export const target: FuzzTarget = {
  name: "openOnnx",
  seeds: [
    { name: "recurrent", bytes: modelFile(recurrent, 17) },
    { name: "shapes", bytes: modelFile(shapes, 17) },
    { name: "choices", bytes: modelFile(choices, 23) },
    { name: "heavy", bytes: modelFile(heavy, 17) },
  ].map(({ name, bytes }) => ({
    name,
    bytes,
    mutations: [...protobufMutations(bytes, MODEL), ...truncationsEverywhere(bytes.length)],
  })),
  read: openAndRun,
  growthBytes: GROWTH_BYTES,
};
