// Operators that work entry by entry, and those that compare.
import { floats, list, type OperatorCase, random, typed, wholes } from "./operator-case.ts";

const x = random([2, 3, 4]);
const special = floats([7], Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1.5, -2.5);
const positive = { ...x, data: x.data.map((entry) => Math.abs(entry) + 0.1) };

const unary: OperatorCase[] = [
  ...[
    "Relu",
    "Sigmoid",
    "Tanh",
    "Exp",
    "Neg",
    "Abs",
    "Erf",
    "Softplus",
    "Softsign",
    "Sin",
    "Cos",
    "Floor",
    "Ceil",
  ],
  "Round",
  "Sign",
].map((op) => ({ name: op, op, inputs: [x] }));

export const entryCases: readonly OperatorCase[] = [
  ...unary,
  ...["Sqrt", "Log", "Reciprocal"].map((op) => ({ name: op, op, inputs: [positive] })),
  { name: "Relu of special numbers", op: "Relu", inputs: [special] },
  { name: "Abs of whole numbers", op: "Abs", inputs: [wholes([3], -4, 0, 9)] },
  { name: "Neg of whole numbers", op: "Neg", inputs: [wholes([3], -4, 0, 9)] },
  { name: "Round to even", op: "Round", inputs: [floats([6], 0.5, 1.5, 2.5, -0.5, -1.5, 2.4)] },
  { name: "LeakyRelu", op: "LeakyRelu", attributes: { alpha: { f: 0.3 } }, inputs: [x] },
  { name: "LeakyRelu with its default", op: "LeakyRelu", inputs: [x] },
  {
    name: "HardSigmoid",
    op: "HardSigmoid",
    attributes: { alpha: { f: 0.4 }, beta: { f: 0.6 } },
    inputs: [x],
  },
  { name: "HardSigmoid with its defaults", op: "HardSigmoid", inputs: [x] },
  { name: "Elu", op: "Elu", attributes: { alpha: { f: 0.7 } }, inputs: [x] },
  { name: "ThresholdedRelu", op: "ThresholdedRelu", attributes: { alpha: { f: 0.5 } }, inputs: [x] },
  { name: "PRelu with one slope for each channel", op: "PRelu", inputs: [x, random([3, 1])] },
  { name: "PRelu with one slope", op: "PRelu", inputs: [x, floats([1], 0.2)] },
  { name: "Clip by inputs", op: "Clip", inputs: [x, floats([], -0.5), floats([], 0.7)] },
  { name: "Clip with an upper bound alone", op: "Clip", inputs: [x, null, floats([], 0.7)] },
  { name: "Clip where the bounds cross", op: "Clip", inputs: [x, floats([], 1), floats([], -1)] },
  {
    name: "Clip by attributes, version 6",
    op: "Clip",
    opset: 9,
    attributes: { min: { f: -0.3 }, max: { f: 0.4 } },
    inputs: [x],
  },
  { name: "Clip of whole numbers", op: "Clip", inputs: [list(1, 5, 9), wholes([], 2), wholes([], 6)] },

  ...["Add", "Sub", "Mul", "Div"].flatMap((op): OperatorCase[] => [
    { name: `${op} of one shape`, op, inputs: [x, positive] },
    { name: `${op} broadcast`, op, inputs: [random([2, 1, 4]), { ...random([3, 1]), data: [1, 2, 3] }] },
    { name: `${op} of a number`, op, inputs: [x, floats([], 1.5)] },
    { name: `${op} of two numbers`, op, inputs: [floats([], 3), floats([], 1.5)] },
    { name: `${op} of a row and a column`, op, inputs: [floats([3], 1, 2, 3), floats([2, 1], 4, 5)] },
    { name: `${op} of int64`, op, inputs: [list(7, -7, 9), wholes([], 2)] },
    {
      name: `${op} of int32, which wraps`,
      op,
      inputs: [typed("int32", [2], 2 ** 31 - 1, -9), typed("int32", [2], 65537, 4)],
    },
    { name: `${op} of float64`, op, inputs: [typed("float64", [2], 0.1, 3), typed("float64", [2], 0.2, 7)] },
    { name: `${op} of nothing`, op, inputs: [floats([0, 3]), floats([3], 1, 2, 3)] },
  ]),
  { name: "Pow", op: "Pow", inputs: [positive, floats([], 1.7)] },
  { name: "Pow, squared", op: "Pow", inputs: [x, floats([], 2)] },
  { name: "Pow by whole numbers", op: "Pow", inputs: [x, wholes([1], 3)] },
  { name: "Pow of whole numbers", op: "Pow", inputs: [list(2, -3, 5), wholes([], 3)] },
  { name: "Mod of whole numbers", op: "Mod", inputs: [list(7, -7, 7, -7), list(3, 3, -3, -3)] },
  {
    name: "Mod as C has it",
    op: "Mod",
    attributes: { fmod: { i: 1 } },
    inputs: [floats([4], 7.5, -7.5, 7.5, -7.5), floats([4], 3, 3, -3, -3)],
  },
  { name: "Min of three", op: "Min", inputs: [x, floats([4], 0, 1, 2, 3), floats([], 0.5)] },
  { name: "Max of two", op: "Max", inputs: [x, random([3, 4])] },

  ...["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"].flatMap((op): OperatorCase[] => [
    { name: `${op} of floats`, op, inputs: [floats([3], 1, 2, 3), floats([3], 3, 2, 1)] },
    { name: `${op} of int64, broadcast`, op, inputs: [wholes([2, 1], 1, 2), list(1, 2, 3)] },
  ]),
  ...["And", "Or", "Xor"].map((op) => ({
    name: op,
    op,
    inputs: [typed("bool", [4], 0, 0, 1, 1), typed("bool", [4], 0, 1, 0, 1)],
  })),
  { name: "Not", op: "Not", inputs: [typed("bool", [2], 0, 1)] },
  { name: "Where", op: "Where", inputs: [typed("bool", [3, 1], 1, 0, 1), random([3, 2]), random([2])] },
  { name: "Where of int64", op: "Where", inputs: [typed("bool", [2], 1, 0), list(1, 2), wholes([], 9)] },

  ...(["float32", "float64", "int32", "int64", "uint8", "int8", "bool"] as const).map(
    (type): OperatorCase => {
      const numbers = { float32: 1, float64: 11, int32: 6, int64: 7, uint8: 2, int8: 3, bool: 9 };
      return {
        name: `Cast to ${type}`,
        op: "Cast",
        attributes: { to: { i: numbers[type] } },
        inputs: [floats([5], 0, 1.9, 3, 7.2, 100)],
      };
    },
  ),
  {
    name: "Cast of int64 to float32",
    op: "Cast",
    attributes: { to: { i: 1 } },
    inputs: [list(-3, 16777217)],
  },
  {
    name: "Cast of bool to int64",
    op: "Cast",
    attributes: { to: { i: 7 } },
    inputs: [typed("bool", [2], 1, 0)],
  },
  {
    name: "Cast of negative numbers to int64",
    op: "Cast",
    attributes: { to: { i: 7 } },
    inputs: [floats([2], -1.9, -0.5)],
  },
  { name: "CastLike", op: "CastLike", inputs: [floats([2], 1.9, -3), list(0)] },
  { name: "Identity", op: "Identity", inputs: [x] },
  { name: "Dropout", op: "Dropout", inputs: [x] },
  { name: "Dropout with its mask", op: "Dropout", inputs: [x, floats([], 0.5)], outputs: 2 },
  { name: "Dropout, version 7", op: "Dropout", opset: 9, attributes: { ratio: { f: 0.4 } }, inputs: [x] },
];
