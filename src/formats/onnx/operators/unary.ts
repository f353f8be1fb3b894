// One value, entry by entry: y = f(x).
import { type OnnxData, TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import type { Recording } from "../recording.ts";
import { describeValue, type OnnxValue, problem, scalarOf } from "../value.ts";
import { broadcastStrides, visitRows } from "./broadcast.ts";

type Unary = (x: number) => number;

/** For numbers with a fraction; beyond it those for whole numbers too. */
const FUNCTIONS: Readonly<Record<string, Unary>> = {
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tan: Math.tan,
  Asin: Math.asin,
  Acos: Math.acos,
  Atan: Math.atan,
  Sinh: Math.sinh,
  Cosh: Math.cosh,
  Asinh: Math.asinh,
  Acosh: Math.acosh,
  Atanh: Math.atanh,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: roundedHalfToEven,
  Reciprocal: (x) => 1 / x,
  Softplus: softplus,
  Mish: (x) => x * Math.tanh(softplus(x)),
  HardSwish: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  Softsign: (x) => x / (1 + Math.abs(x)),
  Erf: errorFunction,
};

const OF_WHOLE_NUMBERS: Readonly<Record<string, Unary>> = {
  Neg: (x) => -x + 0,
  Abs: Math.abs,
  Sign: Math.sign,
};

/** With attributes: the defaults of alpha and beta, or gamma, stand in ONNX's definitions. */
const WITH_ATTRIBUTES: Readonly<Record<string, (node: NodeContext) => Unary>> = {
  LeakyRelu({ attributes }) {
    const alpha = attributes.float("alpha", 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  },
  Elu({ attributes }) {
    const alpha = attributes.float("alpha", 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  },
  Celu({ attributes }) {
    const alpha = attributes.float("alpha", 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x / alpha) : x);
  },
  Selu({ attributes }) {
    const alpha = attributes.float("alpha", 1.6732631921768188);
    const gamma = attributes.float("gamma", 1.0507010221481323);
    return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x);
  },
  Swish({ attributes }) {
    const alpha = attributes.float("alpha", 1);
    return (x) => x / (1 + Math.exp(-alpha * x));
  },
  Gelu({ attributes }) {
    return attributes.choice("approximate", ["none", "tanh"], "none") === "none"
      ? (x) => 0.5 * x * (1 + errorFunction(x / Math.SQRT2))
      : (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  },
  Shrink({ attributes }) {
    const bias = attributes.float("bias", 0);
    const lambda = attributes.float("lambd", 0.5);
    return (x) => (x < -lambda ? x + bias : x > lambda ? x - bias : 0);
  },
  ThresholdedRelu({ attributes }) {
    const alpha = attributes.float("alpha", 1);
    return (x) => (x > alpha ? x : 0);
  },
  HardSigmoid({ attributes }) {
    const alpha = attributes.float("alpha", 0.2);
    const beta = attributes.float("beta", 0.5);
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  },
};

/** The commonest as loops of their own, which the engine's compiler keeps apart: a call for each entry costs more than the function. */
const LOOPS: Readonly<Record<string, (from: OnnxData, to: OnnxData) => void>> = {
  Relu(from, to) {
    for (let index = 0; index < to.length; index++) to[index] = Math.max(from[index], 0);
  },
  Sqrt(from, to) {
    for (let index = 0; index < to.length; index++) to[index] = Math.sqrt(from[index]);
  },
  Sigmoid(from, to) {
    for (let index = 0; index < to.length; index++) to[index] = 1 / (1 + Math.exp(-from[index]));
  },
  Tanh(from, to) {
    for (let index = 0; index < to.length; index++) to[index] = Math.tanh(from[index]);
  },
};

function loopOf(apply: Unary): (from: OnnxData, to: OnnxData) => void {
  return (from, to) => {
    for (let index = 0; index < to.length; index++) to[index] = apply(from[index]);
  };
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** Halves go to the even neighbour. */
export function roundedHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Abramowitz & Stegun 1964, 7.1.5 (a series) and 7.1.14 (a continued fraction), until nothing changes. */
function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (fraction * Math.sqrt(Math.PI)));
}

/** The code of leaky ReLU among the activations of cells. */
const LEAKY_RELU = 4;

/** The number that the kernel `unary` knows it by; its results have the same bits. */
const SQUARE_ROOT = 6;

/** What a function of an entry takes: a series until nothing changes, or one of the engine's own. */
const SERIES_STEPS = 64;
const FUNCTION_STEPS = 2;

function prepareUnary(node: NodeContext): Action {
  const { operator, machine } = node;
  const loop =
    LOOPS[operator] ??
    loopOf(FUNCTIONS[operator] ?? OF_WHOLE_NUMBERS[operator] ?? WITH_ATTRIBUTES[operator](node));
  const steps = operator === "Erf" || operator === "Gelu" ? SERIES_STEPS : FUNCTION_STEPS;
  const floatsOnly = operator !== "Relu" && !OF_WHOLE_NUMBERS[operator];
  return ([x]) => {
    const { kind } = TYPES[x!.type];
    if (kind === "bool" || (floatsOnly && kind !== "float")) {
      throw problem(`x is ${describeValue(x!)}, needed ${floatsOnly ? "floating-point numbers" : "numbers"}`);
    }
    const y = machine.make(x!.type, x!.dims);
    machine.budget.entries(steps * y.data.length);
    const isDone =
      operator === "Sqrt" &&
      machine.onPlaces([x, y], ({ kernels }) =>
        kernels.unary(SQUARE_ROOT, x!.place!, y.place!, y.data.length),
      );
    if (!isDone) loop(x!.data, y.data);
    return y;
  };
}

/** Parametric ReLU (He et al. 2015): x where x ≥ 0, slope∘x elsewhere; slope is broadcast to x. */
function preparePRelu({ machine, opset }: NodeContext): Action {
  return ([x, slope]) => {
    // Before version 7 several slopes belonged to the channels, axis 1.
    if (opset < 7 && slope!.data.length !== 1 && x!.dims.length !== 2) {
      throw problem(`slope is ${describeValue(slope!)}, needed one number before version 7`);
    }
    const y = machine.make(x!.type, x!.dims);
    if (slope!.dims.length > x!.dims.length) {
      throw problem(`slope is ${describeValue(slope!)}, which does not fit ${describeValue(x!)}`);
    }
    const missing = x!.dims.length - slope!.dims.length;
    slope!.dims.forEach((length, axis) => {
      if (length !== 1 && length !== x!.dims[axis + missing])
        throw problem(`slope is ${describeValue(slope!)}, which does not fit ${describeValue(x!)}`);
    });
    const isDone =
      slope!.data.length === 1 &&
      machine.onPlaces([x, slope, y], (recording) => leakOnPlaces(recording, x!, slope!, y));
    if (isDone) return y;
    visitRows(x!.dims, [broadcastStrides(slope!.dims, x!.dims)], (target, length, [from], [step]) => {
      for (let index = 0; index < length; index++) {
        const entry = x!.data[target + index];
        y.data[target + index] = entry < 0 ? slope!.data[from + index * step] * entry : entry;
      }
    });
    return y;
  };
}

/** Leaky ReLU, whose slope is an activation's alpha: that of an Elman step is the one that there is for rows. */
function leakOnPlaces(recording: Recording, x: OnnxValue, slope: OnnxValue, y: OnnxValue): void {
  const { kernels } = recording;
  const triple = recording.temporary(3);
  kernels.fill(triple, LEAKY_RELU, 1);
  kernels.copyRows({ x: slope.place!, y: triple + 1, n: 1 });
  kernels.elmanVariantForward(x.place!, 0, y.place!, triple, 0, 0, 0, 1, y.data.length);
}

/** Bounds are attributes before version 11 and inputs since. */
function prepareClip({ attributes, machine, opset }: NodeContext): Action {
  const [least, most] =
    opset < 11
      ? [attributes.float("min", -Infinity), attributes.float("max", Infinity)]
      : [-Infinity, Infinity];
  return ([x, min, max]) => {
    const low = min ? scalarOf(min, "min") : least;
    const high = max ? scalarOf(max, "max") : most;
    const y = machine.make(x!.type, x!.dims);
    for (let index = 0; index < y.data.length; index++) {
      const entry = x!.data[index];
      // Where the bounds cross, the upper one holds.
      const raised = Math.max(entry, low);
      y.data[index] = Math.min(raised, high);
    }
    return y;
  };
}

const unary: Operator = { inputs: [1, 1], prepare: prepareUnary };

export const unaryOperators: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(
    [LOOPS, FUNCTIONS, OF_WHOLE_NUMBERS, WITH_ATTRIBUTES]
      .flatMap((table) => Object.keys(table))
      .map((name) => [name, unary]),
  ),
  PRelu: { inputs: [2, 2], prepare: preparePRelu },
  Clip: { inputs: [1, 3], prepare: prepareClip },
};
