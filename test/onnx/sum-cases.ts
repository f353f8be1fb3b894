// Operators that sum: reductions, softmax, normalisation, products, convolutions; and those of whole numbers for fractions.
import { floats, list, type OperatorCase, random, typed, wholes } from "./operator-case.ts";

const x = random([2, 3, 4]);
const positive = { ...x, data: x.data.map((entry) => Math.abs(entry) + 0.1) };
const image = random([2, 4, 6, 5]);

const reductions = [
  "ReduceSum",
  "ReduceMean",
  "ReduceMax",
  "ReduceMin",
  "ReduceProd",
  "ReduceL1",
  "ReduceL2",
  "ReduceSumSquare",
];

export const sumCases: readonly OperatorCase[] = [
  ...reductions.flatMap((op): OperatorCase[] => [
    { name: `${op} of all`, op, opset: 18, inputs: [x] },
    { name: `${op} along axes`, op, opset: 18, attributes: { keepdims: { i: 0 } }, inputs: [x, list(0, -1)] },
    { name: `${op}, version 11`, op, opset: 11, attributes: { axes: { ints: [1] } }, inputs: [x] },
  ]),
  { name: "ReduceLogSum", op: "ReduceLogSum", opset: 18, inputs: [positive, list(1)] },
  {
    name: "ReduceSum of no axes",
    op: "ReduceSum",
    attributes: { noop_with_empty_axes: { i: 1 } },
    inputs: [x],
  },
  { name: "ReduceSum of int64", op: "ReduceSum", inputs: [wholes([2, 2], 1, 2, 3, 4), list(0)] },
  { name: "ArgMax", op: "ArgMax", attributes: { axis: { i: -1 }, keepdims: { i: 0 } }, inputs: [x] },
  {
    name: "ArgMax of the last",
    op: "ArgMax",
    attributes: { axis: { i: 0 }, select_last_index: { i: 1 } },
    inputs: [floats([4], 1, 3, 3, 2)],
  },
  { name: "ArgMin", op: "ArgMin", attributes: { axis: { i: 1 } }, inputs: [x] },

  ...["Softmax", "LogSoftmax"].flatMap((op): OperatorCase[] => [
    { name: `${op} of the last axis`, op, inputs: [x] },
    { name: `${op} of another axis`, op, attributes: { axis: { i: 1 } }, inputs: [x] },
    { name: `${op}, version 11`, op, opset: 11, inputs: [x] },
    {
      name: `${op}, version 11, of the last axis`,
      op,
      opset: 11,
      attributes: { axis: { i: 2 } },
      inputs: [x],
    },
  ]),
  {
    name: "BatchNormalization",
    op: "BatchNormalization",
    attributes: { epsilon: { f: 1e-3 } },
    inputs: [x, random([3]), random([3]), random([3]), floats([3], 1, 2, 3)],
  },
  { name: "LayerNormalization", op: "LayerNormalization", inputs: [x, random([4]), random([4])] },
  {
    name: "LayerNormalization of two axes",
    op: "LayerNormalization",
    attributes: { axis: { i: 1 }, epsilon: { f: 1e-2 } },
    inputs: [x, random([3, 4])],
    outputs: 3,
  },

  { name: "MatMul", op: "MatMul", inputs: [random([3, 5]), random([5, 4])] },
  { name: "MatMul of many by one", op: "MatMul", inputs: [random([2, 3, 5]), random([5, 4])] },
  { name: "MatMul of many by many", op: "MatMul", inputs: [random([2, 1, 3, 5]), random([3, 5, 4])] },
  { name: "MatMul of vectors", op: "MatMul", inputs: [random([5]), random([5])] },
  { name: "MatMul of a vector and a matrix", op: "MatMul", inputs: [random([5]), random([5, 2])] },
  { name: "MatMul of a matrix and a vector", op: "MatMul", inputs: [random([2, 3, 5]), random([5])] },
  {
    name: "MatMul of float64",
    op: "MatMul",
    inputs: [typed("float64", [1, 2], 1, 2), typed("float64", [2, 1], 3, 4)],
  },
  { name: "Gemm", op: "Gemm", inputs: [random([3, 5]), random([5, 4]), random([4])] },
  {
    name: "Gemm with everything",
    op: "Gemm",
    attributes: { alpha: { f: 0.5 }, beta: { f: 2 }, transA: { i: 1 }, transB: { i: 1 } },
    inputs: [random([5, 3]), random([4, 5]), random([3, 1])],
  },
  {
    name: "Gemm without C",
    op: "Gemm",
    attributes: { transB: { i: 1 } },
    inputs: [random([3, 5]), random([4, 5])],
  },

  { name: "Conv of one axis", op: "Conv", inputs: [random([2, 3, 9]), random([4, 3, 3]), random([4])] },
  {
    name: "Conv of one channel in strides",
    op: "Conv",
    attributes: { strides: { ints: [3] }, dilations: { ints: [2] } },
    inputs: [random([2, 1, 20]), random([5, 1, 4])],
  },
  {
    name: "Conv of two axes with everything",
    op: "Conv",
    attributes: {
      strides: { ints: [2, 1] },
      dilations: { ints: [1, 2] },
      pads: { ints: [1, 2, 0, 1] },
      group: { i: 2 },
      kernel_shape: { ints: [3, 2] },
    },
    inputs: [image, random([6, 2, 3, 2]), random([6])],
  },
  {
    name: "Conv of each channel by itself",
    op: "Conv",
    attributes: { group: { i: 4 } },
    inputs: [image, random([4, 1, 2, 2])],
  },
  ...["SAME_UPPER", "SAME_LOWER", "VALID"].map(
    (mode): OperatorCase => ({
      name: `Conv, ${mode}`,
      op: "Conv",
      attributes: { auto_pad: { s: mode }, strides: { ints: [2, 2] } },
      inputs: [image, random([3, 4, 3, 2])],
    }),
  ),
  {
    name: "Conv of three axes",
    op: "Conv",
    attributes: { pads: { ints: [1, 0, 0, 0, 1, 0] } },
    inputs: [random([1, 2, 3, 3, 3]), random([2, 2, 2, 2, 2])],
  },
  ...["MaxPool", "AveragePool"].flatMap((op): OperatorCase[] => [
    {
      name: `${op} of one axis`,
      op,
      attributes: { kernel_shape: { ints: [3] } },
      inputs: [random([2, 3, 9])],
    },
    {
      name: `${op} of two axes with everything`,
      op,
      attributes: {
        kernel_shape: { ints: [3, 2] },
        strides: { ints: [2, 1] },
        pads: { ints: [1, 0, 2, 1] },
        ...(op === "MaxPool" ? { dilations: { ints: [1, 2] } } : { count_include_pad: { i: 1 } }),
      },
      inputs: [image],
    },
    {
      name: `${op}, SAME_LOWER`,
      op,
      attributes: { kernel_shape: { ints: [4] }, strides: { ints: [2] }, auto_pad: { s: "SAME_LOWER" } },
      inputs: [random([1, 2, 7])],
    },
  ]),
  ...["MaxPool", "AveragePool"].flatMap((op): OperatorCase[] => [
    {
      name: `${op}, the last place reaching beyond`,
      op,
      opset: 19,
      attributes: {
        kernel_shape: { ints: [3, 2] },
        strides: { ints: [2, 2] },
        pads: { ints: [1, 1, 1, 0] },
        ceil_mode: { i: 1 },
      },
      inputs: [random([1, 2, 6, 7])],
    },
  ]),
  {
    name: "MaxPool with places",
    op: "MaxPool",
    attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 1] }, storage_order: { i: 1 } },
    inputs: [random([2, 2, 4, 5])],
    outputs: 2,
  },
  {
    name: "MaxPool of bytes",
    op: "MaxPool",
    attributes: { kernel_shape: { ints: [2] } },
    inputs: [typed("uint8", [1, 1, 5], 3, 1, 200, 7, 7)],
  },
  {
    name: "LpPool",
    op: "LpPool",
    attributes: { kernel_shape: { ints: [3] }, p: { i: 3 }, pads: { ints: [1, 1] } },
    inputs: [random([2, 3, 7])],
  },
  { name: "GlobalLpPool", op: "GlobalLpPool", attributes: { p: { i: 2 } }, inputs: [image] },
  ...["GlobalMaxPool", "GlobalAveragePool"].map((op): OperatorCase => ({ name: op, op, inputs: [image] })),
  {
    name: "ConvTranspose of one axis",
    op: "ConvTranspose",
    inputs: [random([2, 3, 5]), random([3, 4, 3]), random([4])],
  },
  {
    name: "ConvTranspose of two axes with everything",
    op: "ConvTranspose",
    attributes: {
      strides: { ints: [2, 3] },
      dilations: { ints: [1, 2] },
      pads: { ints: [1, 0, 0, 2] },
      output_padding: { ints: [1, 0] },
      group: { i: 2 },
    },
    inputs: [image, random([4, 3, 3, 2]), random([6])],
  },
  {
    name: "ConvTranspose whose strides are wider than its kernel",
    op: "ConvTranspose",
    attributes: { strides: { ints: [4] }, group: { i: 3 } },
    inputs: [random([2, 3, 5]), random([3, 1, 2]), random([3])],
  },
  {
    name: "ConvTranspose of many frames to one",
    op: "ConvTranspose",
    attributes: { dilations: { ints: [2, 1] }, pads: { ints: [4, 1, 4, 1] }, group: { i: 2 } },
    inputs: [random([1, 4, 5, 6]), random([4, 2, 3, 3]), random([4])],
  },
  {
    name: "Conv of single entries",
    op: "Conv",
    inputs: [random([2, 3, 4, 5]), random([6, 3, 1, 1]), random([6])],
  },
  {
    name: "Conv of each channel by itself",
    op: "Conv",
    attributes: { pads: { ints: [1, 1, 1, 1] }, group: { i: 3 } },
    inputs: [random([2, 3, 4, 5]), random([3, 1, 3, 3]), random([3])],
  },
  {
    name: "ConvTranspose to a shape",
    op: "ConvTranspose",
    attributes: { strides: { ints: [2] }, output_shape: { ints: [10] } },
    inputs: [random([1, 2, 5]), random([2, 1, 3])],
  },
  {
    name: "ConvTranspose, SAME_UPPER",
    op: "ConvTranspose",
    attributes: { strides: { ints: [2] }, auto_pad: { s: "SAME_UPPER" } },
    inputs: [random([1, 2, 5]), random([2, 1, 3])],
  },

  {
    name: "DequantizeLinear",
    op: "DequantizeLinear",
    inputs: [typed("uint8", [2, 2], 0, 3, 128, 255), floats([], 0.1), typed("uint8", [], 128)],
  },
  {
    name: "DequantizeLinear along an axis",
    op: "DequantizeLinear",
    attributes: { axis: { i: 0 } },
    inputs: [typed("int8", [2, 2], -128, 3, 1, 127), floats([2], 0.1, 2), typed("int8", [2], 5, -6)],
  },
  {
    name: "DequantizeLinear without a zero point",
    op: "DequantizeLinear",
    inputs: [typed("int32", [2], -70000, 3), floats([], 0.5)],
  },
  { name: "QuantizeLinear", op: "QuantizeLinear", inputs: [x, floats([], 0.01), typed("uint8", [], 100)] },
  {
    name: "QuantizeLinear to int8, along an axis",
    op: "QuantizeLinear",
    inputs: [x, floats([3], 0.01, 0.1, 1), typed("int8", [3], 0, 3, -100)],
  },
  { name: "DynamicQuantizeLinear", op: "DynamicQuantizeLinear", inputs: [x], outputs: 3 },
  {
    name: "DynamicQuantizeLinear of positive numbers",
    op: "DynamicQuantizeLinear",
    inputs: [positive],
    outputs: 3,
  },
  {
    name: "MatMulInteger",
    op: "MatMulInteger",
    inputs: [
      typed("uint8", [2, 3], 1, 200, 3, 4, 5, 255),
      typed("int8", [3, 2], -1, 2, 3, -128, 5, 6),
      typed("uint8", [], 7),
      typed("int8", [], -3),
    ],
  },
];
