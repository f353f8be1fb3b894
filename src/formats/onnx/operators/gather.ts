// Gather, GatherElements, GatherND, ScatterElements, ScatterND: entries found by whole numbers.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { stridesOf } from "./broadcast.ts";
import { moveByTable } from "./moving.ts";

/** An index counted from the end where it is negative, checked. */
function placeOf(index: number, length: number): number {
  if (!(index >= -length && index < length)) {
    throw problem(`an index is ${index}, needed one from ${-length} to ${length - 1}`);
  }
  return index < 0 ? index + length : index;
}

/** The slices of x along an axis that the indices name, in their shape. */
function prepareGather(node: NodeContext): Action {
  const { attributes, machine } = node;
  const isFixed = node.constant(1) !== undefined;
  const axis = attributes.int("axis", 0);
  return ([x, indices]) => {
    const at = axisOf(axis, x!.dims.length);
    const length = x!.dims[at];
    const y = machine.make(x!.type, [...x!.dims.slice(0, at), ...indices!.dims, ...x!.dims.slice(at + 1)]);
    if (y.data.length === 0) return y;
    const outer = spanOf(x!.dims, 0, at);
    const width = spanOf(x!.dims, at + 1, x!.dims.length);
    const table = () =>
      Array.from({ length: outer }, (_, row) =>
        Array.from(indices!.data, (index) => row * length + placeOf(index, length)),
      ).flat();
    if (isFixed && moveByTable(machine, x!, table, width, y)) return y;
    let target = 0;
    for (let row = 0; row < outer; row++) {
      for (let entry = 0; entry < indices!.data.length; entry++) {
        const from = (row * length + placeOf(indices!.data[entry], length)) * width;
        for (let index = 0; index < width; index++) y.data[target++] = x!.data[from + index];
      }
    }
    return y;
  };
}

/** y has the shape of the indices, each of which replaces the place along one axis. */
function prepareGatherElements({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", 0);
  return ([x, indices]) => {
    const rank = x!.dims.length;
    const at = axisOf(axis, rank);
    const { dims } = indices!;
    if (dims.length !== rank || dims.some((length, a) => a !== at && length > x!.dims[a])) {
      throw problem(`indices are ${describeValue(indices!)}, which do not fit ${describeValue(x!)}`);
    }
    const y = machine.make(x!.type, dims);
    machine.budget.entries(y.data.length * rank);
    const strides = stridesOf(x!.dims);
    const own = stridesOf(dims);
    for (let entry = 0; entry < y.data.length; entry++) {
      let from = placeOf(indices!.data[entry], x!.dims[at]) * strides[at];
      for (let a = 0; a < rank; a++) {
        if (a !== at) from += (Math.floor(entry / own[a]) % dims[a]) * strides[a];
      }
      y.data[entry] = x!.data[from];
    }
    return y;
  };
}

/** Where the last axis of indices points to, and how many entries stand there. */
function pointers(x: OnnxValue, indices: OnnxValue) {
  const depth = indices.dims[indices.dims.length - 1];
  if (depth === undefined || depth > x.dims.length) {
    throw problem(`indices are ${describeValue(indices)}, which point into no ${describeValue(x)}`);
  }
  const strides = stridesOf(x.dims);
  const count = spanOf(indices.dims, 0, indices.dims.length - 1);
  const width = spanOf(x.dims, depth, x.dims.length);
  const at = (entry: number) => {
    let place = 0;
    for (let axis = 0; axis < depth; axis++) {
      place += placeOf(indices.data[entry * depth + axis], x.dims[axis]) * strides[axis];
    }
    return place;
  };
  return { depth, count, width, at };
}

/** With batch_dims, the first axes of both go together, and the indices point into what is behind them. */
function prepareGatherND({ attributes, machine }: NodeContext): Action {
  const batchAxes = attributes.int("batch_dims", 0);
  return ([x, indices]) => {
    const batchDims = x!.dims.slice(0, batchAxes);
    if (
      !(batchAxes >= 0 && batchAxes < Math.min(x!.dims.length, indices!.dims.length)) ||
      batchDims.some((length, axis) => length !== indices!.dims[axis])
    ) {
      throw problem(
        `${describeValue(x!)} and ${describeValue(indices!)} have not ${batchAxes} first axes (batch_dims) in common`,
      );
    }
    const inner = { ...x!, dims: x!.dims.slice(batchAxes) };
    const { depth, count, width, at } = pointers(inner, indices!);
    const y = machine.make(x!.type, [...indices!.dims.slice(0, -1), ...inner.dims.slice(depth)]);
    if (y.data.length === 0) return y;
    machine.budget.entries(count * depth);
    const batchCount = count / spanOf(batchDims, 0, batchAxes);
    const batchSize = spanOf(inner.dims, 0, inner.dims.length);
    for (let entry = 0; entry < count; entry++) {
      const from = Math.floor(entry / batchCount) * batchSize + at(entry);
      for (let index = 0; index < width; index++) y.data[entry * width + index] = x!.data[from + index];
    }
    return y;
  };
}

const REDUCTIONS: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** x with the updates at the places along one axis that the indices name, put there or combined (version 16) in their order. */
function prepareScatterElements({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", 0);
  const reduction = attributes.choice("reduction", ["none", "add", "mul", "max", "min"], "none");
  const combine = REDUCTIONS[reduction];
  return ([x, indices, updates]) => {
    const rank = x!.dims.length;
    const at = axisOf(axis, rank);
    const { dims } = indices!;
    const fits =
      dims.length === rank &&
      dims.every((length, a) => length === updates!.dims[a] && (a === at || length <= x!.dims[a]));
    if (!fits || updates!.dims.length !== rank || updates!.type !== x!.type) {
      throw problem(
        `indices are ${describeValue(indices!)} and updates ${describeValue(updates!)}, which do not fit ${describeValue(x!)}`,
      );
    }
    const y = machine.make(x!.type, x!.dims);
    y.data.set(x!.data);
    const { data } = updates!;
    machine.budget.entries(data.length * rank);
    const strides = stridesOf(x!.dims);
    const own = stridesOf(dims);
    for (let entry = 0; entry < data.length; entry++) {
      let to = placeOf(indices!.data[entry], x!.dims[at]) * strides[at];
      for (let a = 0; a < rank; a++) {
        if (a !== at) to += (Math.floor(entry / own[a]) % dims[a]) * strides[a];
      }
      y.data[to] = combine(y.data[to], data[entry]);
    }
    return y;
  };
}

/** x with the updates at the places that the last axis of indices points to, put there or combined (version 16) in their order. */
function prepareScatterND({ attributes, machine }: NodeContext): Action {
  const reduction = attributes.choice("reduction", ["none", "add", "mul", "max", "min"], "none");
  const combine = REDUCTIONS[reduction];
  return ([x, indices, updates]) => {
    const { depth, count, width, at } = pointers(x!, indices!);
    if (updates!.data.length !== count * width || updates!.type !== x!.type) {
      throw problem(`updates are ${describeValue(updates!)}, needed ${count * width} numbers of ${x!.type}`);
    }
    const y = machine.make(x!.type, x!.dims);
    y.data.set(x!.data);
    if (width === 0) return y;
    machine.budget.entries(count * (depth + width));
    for (let entry = 0; entry < count; entry++) {
      const to = at(entry);
      for (let index = 0; index < width; index++) {
        y.data[to + index] = combine(y.data[to + index], updates!.data[entry * width + index]);
      }
    }
    return y;
  };
}

export const gatherOperators: Readonly<Record<string, Operator>> = {
  Gather: { inputs: [2, 2], prepare: prepareGather },
  GatherElements: { inputs: [2, 2], prepare: prepareGatherElements },
  GatherND: { inputs: [2, 2], prepare: prepareGatherND },
  // What ScatterElements was called before version 11.
  Scatter: { inputs: [3, 3], prepare: prepareScatterElements },
  ScatterElements: { inputs: [3, 3], prepare: prepareScatterElements },
  ScatterND: { inputs: [3, 3], prepare: prepareScatterND },
};
