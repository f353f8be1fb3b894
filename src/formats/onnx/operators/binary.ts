// Add, Sub, Mul, Div, Pow, Mod: two values, entry by entry, broadcast. Min, Max, Sum and Mean: any number of them.
import { type OnnxData, type OnnxType, TYPES } from "../data-types.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, requireFloats, viewed } from "../value.ts";
import {
  broadcastDims,
  broadcastStrides,
  byShapes,
  type Rows,
  rowsOf,
  visitBlocks,
  visitEach,
  visitRows,
} from "./broadcast.ts";

export type Combine = (a: number, b: number) => number;

const EXACT = 2 ** 53;

/** What calling a function for an entry takes. */
const CALL_STEPS = 2;

/** y ← combine(a, b), entry by entry. */
export function combined(
  machine: Machine,
  type: OnnxType,
  a: OnnxValue,
  b: OnnxValue,
  combine: Combine,
): OnnxValue {
  if (a.dims.length === 0 && b.dims.length === 0) {
    const y = machine.make(type, []);
    y.data[0] = combine(a.data[0], b.data[0]);
    return y;
  }
  const dims = broadcastDims(a.dims, b.dims);
  const y = machine.make(type, dims);
  machine.budget.entries(CALL_STEPS * y.data.length);
  const { data } = y;
  const [left, right] = [a.data, b.data];
  visitRows(
    dims,
    [broadcastStrides(a.dims, dims), broadcastStrides(b.dims, dims)],
    (target, length, [from, other], [step, otherStep]) => {
      for (let index = 0; index < length; index++) {
        data[target + index] = combine(left[from + index * step], right[other + index * otherStep]);
      }
    },
  );
  return y;
}

/** As `combined` for float32, where most of the numbers are: one loop for each operation, which the engine's compiler can keep apart. */
type Loop = (
  a: OnnxData,
  ai: number,
  as: number,
  b: OnnxData,
  bi: number,
  bs: number,
  y: OnnxData,
  yi: number,
  n: number,
) => void;

const FLOAT_LOOPS: Readonly<Record<string, Loop>> = {
  Add: (a, ai, as, b, bi, bs, y, yi, n) => {
    for (let i = 0; i < n; i++) y[yi + i] = a[ai + i * as] + b[bi + i * bs];
  },
  Sub: (a, ai, as, b, bi, bs, y, yi, n) => {
    for (let i = 0; i < n; i++) y[yi + i] = a[ai + i * as] - b[bi + i * bs];
  },
  Mul: (a, ai, as, b, bi, bs, y, yi, n) => {
    for (let i = 0; i < n; i++) y[yi + i] = a[ai + i * as] * b[bi + i * bs];
  },
  Div: (a, ai, as, b, bi, bs, y, yi, n) => {
    for (let i = 0; i < n; i++) y[yi + i] = a[ai + i * as] / b[bi + i * bs];
  },
};

/** The numbers that the kernel `binary` knows them by. */
const ENGINE_OPERATIONS: Readonly<Record<string, number>> = { Add: 0, Sub: 1, Mul: 2, Div: 3 };

/** How numbers of each kind are combined. Whole numbers divide towards zero. */
const OPERATIONS: Readonly<Record<string, { readonly float: Combine; readonly integer: Combine }>> = {
  Add: { float: (a, b) => a + b, integer: (a, b) => a + b },
  Sub: { float: (a, b) => a - b, integer: (a, b) => a - b },
  Mul: { float: (a, b) => a * b, integer: (a, b) => a * b + 0 },
  Div: { float: (a, b) => a / b, integer: divided },
  Pow: { float: (a, b) => a ** b, integer: (a, b) => Math.trunc(a ** b) },
};

function divided(a: number, b: number): number {
  if (b === 0) throw problem("a whole number is divided by zero");
  return Math.trunc(a / b) + 0;
}

/** Before version 7, b is broadcast only where the node says so, and may begin at an axis of a, so that axes of length 1 follow it. */
export function withOldBroadcast({ attributes, opset }: NodeContext, action: Action): Action {
  if (opset >= 7) return action;
  attributes.flag("broadcast");
  if (!attributes.has("axis")) return action;
  const axis = attributes.int("axis", 0);
  return ([a, b], frame) => {
    const behind = a!.dims.length - axisOf(axis, a!.dims.length) - b!.dims.length;
    if (behind < 0)
      throw problem(`${describeValue(b!)} does not fit ${describeValue(a!)} from axis ${axis} on`);
    return action([a, viewed(b!, [...b!.dims, ...new Array<number>(behind).fill(1)])], frame);
  };
}

function prepareBinary(node: NodeContext): Action {
  const { machine, operator } = node;
  const loop = FLOAT_LOOPS[operator] as Loop | undefined;
  const { float, integer } = OPERATIONS[operator];
  // Products of 32-bit numbers need more than 53 bits before they are cut to 32.
  const narrow = operator === "Mul" ? Math.imul : integer;
  const together = byShapes(togetherOf);
  return withOldBroadcast(node, ([a, b]) => {
    const { type } = a!;
    const { kind } = TYPES[type];
    if (kind === "bool") throw problem(`${operator} of ${describeValue(a!)}, needed numbers`);
    if (operator !== "Pow" && b!.type !== type) {
      throw problem(`${describeValue(a!)} and ${describeValue(b!)} are of different types`);
    }
    if (kind === "float") {
      return loop && a!.dims.length + b!.dims.length > 0
        ? loopedOver(machine, a!, b!, loop, ENGINE_OPERATIONS[operator], together(a!, b!))
        : operator === "Pow" && isTwo(b!)
          ? squared(machine, a!, b!)
          : combined(machine, type, a!, b!, float);
    }
    if (type !== "int64" && type !== "uint64") {
      return combined(machine, type, a!, b!, type === "int32" || type === "uint32" ? narrow : integer);
    }
    const y = combined(machine, type, a!, b!, integer);
    return exact(y);
  });
}

function squared(machine: Machine, a: OnnxValue, two: OnnxValue): OnnxValue {
  const y = machine.make(a.type, broadcastDims(a.dims, two.dims));
  const { data } = a;
  for (let index = 0; index < data.length; index++) y.data[index] = data[index] * data[index];
  return y;
}

function isTwo({ data }: OnnxValue): boolean {
  return data.length === 1 && data[0] === 2;
}

/** The shape that two values make together, and the rows in which they are read. */
function togetherOf(a: OnnxValue, b: OnnxValue): { readonly dims: readonly number[]; readonly rows: Rows } {
  const dims = broadcastDims(a.dims, b.dims);
  return { dims, rows: rowsOf(dims, [broadcastStrides(a.dims, dims), broadcastStrides(b.dims, dims)]) };
}

function loopedOver(
  machine: Machine,
  a: OnnxValue,
  b: OnnxValue,
  loop: Loop,
  operation: number,
  { dims, rows }: ReturnType<typeof togetherOf>,
): OnnxValue {
  const y = machine.make(a.type, dims);
  const isDone = machine.onPlaces([a, b, y], ({ kernels }) =>
    visitBlocks(rows, (target, [m, n], [from, other], [aStep, bStep]) => {
      const [aCol, aRow] = aStep;
      const [bCol, bRow] = bStep;
      const places = { a: a.place! + from, b: b.place! + other, y: y.place! + target };
      kernels.binary({ operation, ...places, aRow, aCol, bRow, bCol, m, n });
    }),
  );
  if (isDone) return y;
  visitEach(rows, (target, length, [from, other], [step, otherStep]) =>
    loop(a.data, from, step, b.data, other, otherStep, y.data, target, length),
  );
  return y;
}

/** Refuses whole numbers of 64 bits that float64 cannot hold exactly. */
export function exact(value: OnnxValue): OnnxValue {
  const { data, type } = value;
  for (let index = 0; index < data.length; index++) {
    if (!(Math.abs(data[index]) <= EXACT)) {
      throw problem(
        `${type} ${data[index]} is larger than 2^53, beyond which whole numbers are not exact here`,
      );
    }
  }
  return value;
}

function prepareMod(node: NodeContext): Action {
  // fmod 1 has the sign of the dividend, 0 that of the divisor.
  const truncates = node.attributes.flag("fmod");
  const combine: Combine = truncates
    ? (a, b) => (a % b) + 0
    : (a, b) => (b === 0 ? divided(a, b) : (((a % b) + b) % b) + 0);
  return ([a, b]) => combined(node.machine, a!.type, a!, b!, combine);
}

function prepareExtreme(node: NodeContext): Action {
  const combine: Combine = node.operator === "Min" ? Math.min : Math.max;
  return ([first, ...others]) =>
    others.reduce<OnnxValue>((so, other) => combined(node.machine, so.type, so, other!, combine), first!);
}

function prepareSum(node: NodeContext): Action {
  const { machine, operator } = node;
  return (values) => {
    requireFloats(...values);
    const [first, ...others] = values as readonly OnnxValue[];
    const sum = others.reduce((so, other) => combined(machine, so.type, so, other, (a, b) => a + b), first);
    if (operator === "Sum" || values.length === 1) return sum;
    const count = machine.make(sum.type, []);
    count.data[0] = values.length;
    return combined(machine, sum.type, sum, count, (a, b) => a / b);
  };
}

const binary: Operator = { inputs: [2, 2], prepare: prepareBinary };
const extreme: Operator = { inputs: [1, Infinity], prepare: prepareExtreme };

export const binaryOperators: Readonly<Record<string, Operator>> = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Pow: binary,
  Mod: { inputs: [2, 2], prepare: prepareMod },
  Min: extreme,
  Max: extreme,
  Sum: { inputs: [1, Infinity], prepare: prepareSum },
  Mean: { inputs: [1, Infinity], prepare: prepareSum },
};
