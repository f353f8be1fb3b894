// Operators that choose, sort, scatter, accumulate, normalise and make spectra.
import { floats, list, type OperatorCase, random, typed, wholes } from "./operator-case.ts";

const x = random([2, 3, 4]);
const image = random([2, 4, 6, 5]);
const between = { ...x, data: x.data.map((entry) => entry / 2.1) };
const above = { ...x, data: x.data.map((entry) => Math.abs(entry) + 1) };
const bytes = (...data: number[]) => typed("uint8", [data.length], ...data);
const signal = random([2, 16, 1]);

const entryByEntry: OperatorCase[] = [
  ...["Tan", "Atan", "Sinh", "Cosh", "Asinh", "Mish", "HardSwish", "Celu", "Selu", "Gelu"].map((op) => ({
    name: op,
    op,
    inputs: [x],
    opset: 20,
  })),
  ...["Asin", "Acos", "Atanh"].map((op) => ({ name: op, op, inputs: [between] })),
  { name: "Acosh", op: "Acosh", inputs: [above] },
  { name: "Celu of an alpha", op: "Celu", attributes: { alpha: { f: 0.4 } }, inputs: [x] },
  { name: "Gelu, tanh", op: "Gelu", opset: 20, attributes: { approximate: { s: "tanh" } }, inputs: [x] },
  { name: "Shrink", op: "Shrink", attributes: { bias: { f: 0.3 }, lambd: { f: 0.9 } }, inputs: [x] },
  { name: "IsNaN", op: "IsNaN", inputs: [floats([3], 1, Number.NaN, Number.POSITIVE_INFINITY)] },
  {
    name: "IsInf",
    op: "IsInf",
    attributes: { detect_negative: { i: 0 } },
    inputs: [floats([3], Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)],
  },
  ...["Sum", "Mean"].flatMap((op): OperatorCase[] => [
    { name: `${op} of three, broadcast`, op, inputs: [x, random([3, 1]), floats([], 0.5)] },
    { name: `${op} of one`, op, inputs: [x] },
  ]),
  ...["LEFT", "RIGHT"].map((direction) => ({
    name: `BitShift, ${direction}`,
    op: "BitShift",
    attributes: { direction: { s: direction } },
    inputs: [bytes(255, 16, 3), bytes(1, 2, 7)],
  })),
  {
    name: "BitShift of 32 bits",
    op: "BitShift",
    attributes: { direction: { s: "RIGHT" } },
    inputs: [typed("uint32", [2], 4294967295, 8), typed("uint32", [2], 3, 1)],
  },
  ...["BitwiseAnd", "BitwiseOr", "BitwiseXor"].flatMap((op): OperatorCase[] => [
    { name: op, op, opset: 18, inputs: [bytes(255, 16, 3), bytes(170)] },
    { name: `${op} of 64 bits`, op, opset: 18, inputs: [list(2 ** 40 + 5, -7), list(2 ** 40 + 3, 12)] },
  ]),
  { name: "BitwiseNot", op: "BitwiseNot", opset: 18, inputs: [bytes(255, 16, 3)] },
  { name: "BitwiseNot of 64 bits", op: "BitwiseNot", opset: 18, inputs: [list(5, -9)] },
  { name: "Hardmax", op: "Hardmax", inputs: [floats([2, 3], 1, 3, 3, 0, -1, -2)] },
  { name: "Hardmax, version 11", op: "Hardmax", opset: 11, inputs: [x] },
];

const choosing: OperatorCase[] = [
  { name: "TopK", op: "TopK", inputs: [x, list(2)], outputs: 2 },
  {
    name: "TopK of the smallest along an axis, equal ones among them",
    op: "TopK",
    attributes: { axis: { i: 0 }, largest: { i: 0 } },
    inputs: [floats([4, 2], 1, 5, 1, 2, 0, 2, 1, 2), list(3)],
    outputs: 2,
  },
  { name: "TopK of int64", op: "TopK", inputs: [list(4, 9, -2), list(2)], outputs: 2 },
  { name: "TopK of none", op: "TopK", inputs: [x, list(0)], outputs: 2 },
  { name: "TopK, version 9", op: "TopK", opset: 9, attributes: { k: { i: 2 } }, inputs: [x], outputs: 2 },
  { name: "NonZero", op: "NonZero", inputs: [floats([2, 3], 0, 1, -2, 3, 0, 0)] },
  { name: "NonZero of bool", op: "NonZero", inputs: [typed("bool", [3], 1, 0, 1)] },
  { name: "Compress", op: "Compress", inputs: [x, typed("bool", [4], 1, 0, 0, 1)] },
  {
    name: "Compress along an axis",
    op: "Compress",
    attributes: { axis: { i: -2 } },
    inputs: [x, typed("bool", [3], 0, 1, 1)],
  },
  {
    name: "GatherND of batches",
    op: "GatherND",
    attributes: { batch_dims: { i: 1 } },
    inputs: [x, wholes([2, 2, 1], 0, -1, 2, 1)],
  },
  {
    name: "ScatterElements",
    op: "ScatterElements",
    attributes: { axis: { i: 1 } },
    inputs: [random([2, 4]), wholes([2, 2], 3, -4, 1, 2), random([2, 2])],
  },
  {
    name: "ScatterElements that adds",
    op: "ScatterElements",
    opset: 16,
    attributes: { reduction: { s: "add" } },
    inputs: [random([3, 2]), wholes([2, 2], 1, 2, 1, 0), random([2, 2])],
  },
  {
    name: "Scatter",
    op: "Scatter",
    opset: 10,
    inputs: [random([3, 2]), wholes([2, 2], 1, 2, 0, 0), random([2, 2])],
  },
  { name: "OneHot", op: "OneHot", inputs: [list(1, -1, 7), list(4), floats([2], 0.5, 2)] },
  {
    name: "OneHot along an axis",
    op: "OneHot",
    attributes: { axis: { i: 1 } },
    inputs: [wholes([2, 3], 1, 0, 2, 3, 3, 1), list(4), list(0, 1)],
  },
  {
    name: "Unique",
    op: "Unique",
    inputs: [floats([6], 2, 1, 1, 3, 4, 3)],
    outputs: 4,
  },
  {
    name: "Unique along an axis, as they come",
    op: "Unique",
    attributes: { axis: { i: 0 }, sorted: { i: 0 } },
    inputs: [floats([4, 2], 2, 0, 1, 1, 2, 0, 1, 0)],
    outputs: 4,
  },
  { name: "Trilu", op: "Trilu", inputs: [x] },
  { name: "Trilu, lower", op: "Trilu", attributes: { upper: { i: 0 } }, inputs: [x, wholes([], -1)] },
  { name: "EyeLike", op: "EyeLike", attributes: { k: { i: 1 } }, inputs: [random([3, 4])] },
  { name: "EyeLike of a type", op: "EyeLike", attributes: { dtype: { i: 7 } }, inputs: [random([3, 2])] },
  { name: "Det", op: "Det", inputs: [random([2, 4, 4])] },
  { name: "Det of a singular matrix", op: "Det", inputs: [floats([2, 2], 1, 2, 2, 4)] },
];

const sums: OperatorCase[] = [
  { name: "CumSum", op: "CumSum", inputs: [x, wholes([], 1)] },
  {
    name: "CumSum, backwards and without its own",
    op: "CumSum",
    attributes: { exclusive: { i: 1 }, reverse: { i: 1 } },
    inputs: [x, wholes([], -1)],
  },
  { name: "CumSum of int64", op: "CumSum", inputs: [list(1, 2, 3), wholes([], 0)] },
  { name: "ReverseSequence", op: "ReverseSequence", inputs: [random([4, 3, 2]), list(4, 1, 2)] },
  {
    name: "ReverseSequence, batch first",
    op: "ReverseSequence",
    attributes: { batch_axis: { i: 0 }, time_axis: { i: 1 } },
    inputs: [random([2, 4]), list(3, 4)],
  },
  { name: "ReduceLogSumExp", op: "ReduceLogSumExp", opset: 18, inputs: [x, list(1)] },
  ...[
    ["ij,jk->ik", random([2, 3]), random([3, 4])],
    ["bhi,bhj->bij", random([2, 3, 4]), random([2, 3, 5])],
    ["...i,...i->...", random([2, 3, 4]), random([2, 3, 4])],
    ["ij->ji", random([2, 3])],
    ["ij", random([2, 3])],
    ["ii->i", random([3, 3])],
    ["i,i", random([5]), random([5])],
  ].map(
    ([equation, ...inputs]): OperatorCase => ({
      name: `Einsum, ${equation}`,
      op: "Einsum",
      attributes: { equation: { s: equation as string } },
      inputs: inputs as OperatorCase["inputs"],
    }),
  ),
  {
    name: "InstanceNormalization",
    op: "InstanceNormalization",
    attributes: { epsilon: { f: 1e-3 } },
    inputs: [image, random([4]), random([4])],
  },
  ...[18, 21].map((opset): OperatorCase => {
    const parameters = random([opset < 21 ? 2 : 4]);
    return {
      name: `GroupNormalization, version ${opset}`,
      op: "GroupNormalization",
      opset,
      attributes: { num_groups: { i: 2 } },
      inputs: [image, parameters, parameters],
    };
  }),
  ...[1, 2].map((p) => ({
    name: `LpNormalization, p ${p}`,
    op: "LpNormalization",
    attributes: { p: { i: p }, axis: { i: 1 } },
    inputs: [x],
  })),
  { name: "MeanVarianceNormalization", op: "MeanVarianceNormalization", inputs: [image] },
  ...["HannWindow", "HammingWindow", "BlackmanWindow"].flatMap((op): OperatorCase[] => [
    { name: op, op, inputs: [wholes([], 9)] },
    { name: `${op}, not periodic`, op, attributes: { periodic: { i: 0 } }, inputs: [wholes([], 8)] },
  ]),
  {
    name: "MelWeightMatrix",
    op: "MelWeightMatrix",
    inputs: [wholes([], 8), wholes([], 64), wholes([], 8000), floats([], 0), floats([], 4000)],
  },
  {
    name: "QLinearMatMul",
    op: "QLinearMatMul",
    inputs: [
      typed("uint8", [2, 3], 208, 236, 0, 3, 214, 255),
      floats([], 0.0066),
      typed("uint8", [], 113),
      typed("uint8", [3, 2], 152, 51, 60, 26, 0, 127),
      floats([], 0.00705),
      typed("uint8", [], 114),
      floats([], 0.0107),
      typed("uint8", [], 118),
    ],
  },
  { name: "DFT", op: "DFT", inputs: [signal] },
  { name: "DFT of half", op: "DFT", attributes: { onesided: { i: 1 } }, inputs: [signal] },
  { name: "DFT, inverse", op: "DFT", attributes: { inverse: { i: 1 } }, inputs: [random([2, 6, 2])] },
  { name: "DFT, padded", op: "DFT", inputs: [random([2, 6, 2]), wholes([], 8)] },
  { name: "STFT", op: "STFT", inputs: [signal, wholes([], 4), random([8]), wholes([], 8)] },
];

/** Inputs of Resize: roi, scales and sizes of one axis or two. */
const resize = (
  name: string,
  attributes: OperatorCase["attributes"],
  input: OperatorCase["inputs"][number],
  scales: readonly number[],
): OperatorCase => ({
  name: `Resize, ${name}`,
  op: "Resize",
  opset: 18,
  attributes: attributes ?? {},
  inputs: [input, floats([0]), floats([scales.length], ...scales)],
});
const resizes: OperatorCase[] = [
  ...["nearest", "linear"].flatMap((mode) =>
    ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"].flatMap((place) => [
      resize(
        `${mode}, ${place}, one axis`,
        { mode: { s: mode }, coordinate_transformation_mode: { s: place } },
        random([2, 3, 5]),
        // Where the last entries meet, onnxruntime rounds the length first, and ONNX's own tests do not.
        [1, 1, place === "align_corners" ? 2 : 2.5],
      ),
      resize(
        `${mode}, ${place}, two axes`,
        { mode: { s: mode }, coordinate_transformation_mode: { s: place } },
        random([1, 2, 4, 6]),
        [1, 1, 2, 0.5],
      ),
    ]),
  ),
  resize("cubic", { mode: { s: "cubic" }, cubic_coeff_a: { f: -0.5 } }, random([1, 1, 4, 5]), [1, 1, 2, 1.5]),
  {
    name: "Upsample, version 9",
    op: "Upsample",
    opset: 9,
    attributes: { mode: { s: "nearest" } },
    inputs: [random([1, 2, 3]), floats([3], 1, 1, 2)],
  },
];

export const furtherCases: readonly OperatorCase[] = [...resizes, ...entryByEntry, ...choosing, ...sums];
