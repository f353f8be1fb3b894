// Reduce…: one number from all along some axes. ArgMax, ArgMin: where the largest or smallest stands along one.
import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, problem, spanOf } from "../value.ts";
import { stridesOf, visitRows } from "./broadcast.ts";
import { axesOf, plainAxes } from "./shapes.ts";

/** How entries are gathered: from `start`, each by `add`, and `end` at last, given how many there were. */
interface Reduction {
  readonly start: number;
  add(sum: number, entry: number): number;
  end?(sum: number, count: number): number;
}

const sum = (total: number, entry: number) => total + entry;

/** log Σ exp of what was gathered so far, and one more: the larger is taken out, so that nothing overflows. */
function logSumExp(total: number, entry: number): number {
  const larger = Math.max(total, entry);
  if (!Number.isFinite(larger)) return larger;
  return larger + Math.log1p(Math.exp(Math.min(total, entry) - larger));
}

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceSum: { start: 0, add: sum },
  ReduceMean: { start: 0, add: sum, end: (total, count) => total / count },
  ReduceMax: { start: -Infinity, add: Math.max },
  ReduceMin: { start: Infinity, add: Math.min },
  ReduceProd: { start: 1, add: (product, entry) => product * entry },
  ReduceL1: { start: 0, add: (total, entry) => total + Math.abs(entry) },
  ReduceL2: { start: 0, add: (total, entry) => total + entry * entry, end: Math.sqrt },
  ReduceSumSquare: { start: 0, add: (total, entry) => total + entry * entry },
  ReduceLogSumExp: { start: -Infinity, add: logSumExp },
  ReduceLogSum: { start: 0, add: sum, end: Math.log },
};

/** The version since which the axes are an input. */
const INPUT_SINCE: Readonly<Record<string, number>> = { ReduceSum: 13 };

/** What beginning with a row takes. */
const ROW_STEPS = 64;

function prepareReduce(node: NodeContext): Action {
  const { attributes, machine, operator } = node;
  const axes = axesOf(node, INPUT_SINCE[operator] ?? 18);
  const keeps = attributes.flag("keepdims", 1);
  const keepsAllOfNone = attributes.flag("noop_with_empty_axes");
  const { start, add, end } = REDUCTIONS[operator];
  return ([x, input]) => {
    const given = axes(input) ?? [];
    if (given.length === 0 && keepsAllOfNone) return x!;
    const rank = x!.dims.length;
    const reduced = given.length === 0 ? new Set(x!.dims.keys()) : plainAxes(given, rank);
    const strides = stridesOf(x!.dims);
    const keptAxes = x!.dims.map((_, axis) => axis).filter((axis) => !reduced.has(axis));
    const reducedAxes = [...reduced].sort((a, b) => a - b);
    const kept = keptAxes.map((axis) => x!.dims[axis]);
    const inner = reducedAxes.map((axis) => x!.dims[axis]);
    const count = inner.reduce((size, length) => size * length, 1);
    if (count === 0 && !Number.isFinite(start) && TYPES[x!.type].kind !== "float")
      throw problem(`${describeValue(x!)} has nothing to take the extreme of`);
    const y = machine.make(
      x!.type,
      keeps ? x!.dims.map((length, axis) => (reduced.has(axis) ? 1 : length)) : kept,
    );
    machine.budget.entries(count === 0 ? 0 : x!.data.length + ROW_STEPS * y.data.length);
    const innerStrides = [reducedAxes.map((axis) => strides[axis])];
    // Sums are taken in float64 and rounded once.
    let total = start;
    const gather = (_: number, length: number, [from]: readonly number[], [step]: readonly number[]) => {
      for (let index = 0; index < length; index++) total = add(total, x!.data[from + index * step]);
    };
    visitRows(kept, [keptAxes.map((axis) => strides[axis])], (target, length, [from], [step]) => {
      for (let index = 0; index < length; index++) {
        total = start;
        visitRows(inner, innerStrides, gather, [from + index * step]);
        y.data[target + index] = end ? end(total, count) : total;
      }
    });
    return y;
  };
}

/** The first of several that are equally large, or the last (select_last_index, version 12). */
function prepareArgument(node: NodeContext): Action {
  const { attributes, machine } = node;
  const axis = attributes.int("axis", 0);
  const keeps = attributes.flag("keepdims", 1);
  const last = attributes.flag("select_last_index");
  const sign = node.operator === "ArgMax" ? 1 : -1;
  return ([x]) => {
    const { dims, data } = x!;
    const at = axisOf(axis, dims.length);
    const length = dims[at];
    if (length === 0) throw problem(`axis ${at} of ${describeValue(x!)} is empty`);
    const width = spanOf(dims, at + 1, dims.length);
    const y = machine.make(
      "int64",
      keeps ? dims.map((own, a) => (a === at ? 1 : own)) : dims.filter((_, a) => a !== at),
    );
    machine.budget.entries(data.length);
    for (let target = 0; target < y.data.length; target++) {
      const start = Math.floor(target / width) * width * length + (target % width);
      let best = 0;
      for (let index = 1; index < length; index++) {
        const difference = sign * (data[start + index * width] - data[start + best * width]);
        if (difference > 0 || (last && difference === 0)) best = index;
      }
      y.data[target] = best;
    }
    return y;
  };
}

const reduce: Operator = { inputs: [1, 2], prepare: prepareReduce };
const argument: Operator = { inputs: [1, 1], prepare: prepareArgument };

export const reduceOperators: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.keys(REDUCTIONS).map((name) => [name, reduce])),
  ArgMax: argument,
  ArgMin: argument,
};
