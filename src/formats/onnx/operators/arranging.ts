// What puts entries elsewhere: Transpose, Concat, Split, Expand, Tile.
import { sizeOf } from "../../../tensor/tensor.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, listOf, type OnnxValue, problem, spanOf, viewed } from "../value.ts";
import { broadcastDims, broadcastStrides, byShapes, rowsOf, stridesOf } from "./broadcast.ts";
import { moveRows } from "./moving.ts";

/** Axis a of the result is axis perm[a] of x; all in reverse if not given. */
function prepareTranspose({ attributes, machine }: NodeContext): Action {
  const permutation = attributes.ints("perm");
  /** The shape of the result, and in which rows it is read; none where the entries stay where they are. */
  const orderOf = byShapes((x: OnnxValue) => {
    const rank = x.dims.length;
    const order = permutation ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    if (
      order.length !== rank ||
      new Set(order).size !== rank ||
      order.some((axis) => !(axis >= 0 && axis < rank))
    ) {
      throw problem(`perm is [${order.join(", ")}], which orders no axes of ${describeValue(x)}`);
    }
    const dims = order.map((axis) => x.dims[axis]);
    // Where only axes of length 1 move, the entries stay where they are.
    const long = order.filter((axis) => x.dims[axis] !== 1);
    const stays = long.every((axis, index) => index === 0 || long[index - 1] < axis);
    const strides = stridesOf(x.dims);
    return { dims, rows: stays ? undefined : rowsOf(dims, [order.map((axis) => strides[axis])]) };
  });
  return ([x]) => {
    const { dims, rows } = orderOf(x!);
    if (!rows) return viewed(x!, dims);
    const y = machine.make(x!.type, dims);
    moveRows(machine, x!, 0, rows, y);
    return y;
  };
}

function prepareConcat({ attributes, machine }: NodeContext): Action {
  if (!attributes.has("axis")) throw problem("attribute axis is missing");
  const axis = attributes.int("axis", 0);
  return (inputs) => {
    const values = inputs as readonly OnnxValue[];
    const [{ dims: first, type }] = values;
    const at = axisOf(axis, first.length);
    for (const value of values) {
      const fits =
        value.dims.length === first.length &&
        value.dims.every((length, a) => a === at || length === first[a]);
      if (!fits || value.type !== type) {
        throw problem(`${describeValue(values[0])} and ${describeValue(value)} do not fit along axis ${at}`);
      }
    }
    const dims = first.map((length, a) =>
      a === at ? values.reduce((sum, value) => sum + value.dims[at], 0) : length,
    );
    const y = machine.make(type, dims);
    if (y.data.length === 0) return y;
    const outer = spanOf(dims, 0, at);
    const width = spanOf(dims, at, dims.length);
    machine.budget.entries(values.length * outer);
    const isDone = machine.onPlaces([...values, y], ({ kernels }) => {
      let start = y.place!;
      for (const { dims: own, place } of values) {
        const part = spanOf(own, at, own.length);
        if (part > 0) kernels.copyRows({ x: place!, xRow: part, y: start, yRow: width, m: outer, n: part });
        start += part;
      }
    });
    if (isDone) return y;
    let start = 0;
    for (const { data, dims: own } of values) {
      const part = spanOf(own, at, own.length);
      for (let row = 0; row < outer; row++) {
        if (part === data.length) y.data.set(data, start);
        else if (part > LONG_RUN)
          y.data.set(data.subarray(row * part, (row + 1) * part), row * width + start);
        else copyRun(data, row * part, y.data, row * width + start, part);
      }
      start += part;
    }
    return y;
  };
}

/** Entries that are worth a call. */
const LONG_RUN = 64;

function copyRun(
  from: OnnxValue["data"],
  at: number,
  to: OnnxValue["data"],
  place: number,
  count: number,
): void {
  for (let index = 0; index < count; index++) to[place + index] = from[at + index];
}

/** Lengths of the parts are an attribute before version 13 and an input since; equal parts (as near as can be) if not given. */
function prepareSplit(node: NodeContext): Action {
  const { attributes, machine, opset, outputCount } = node;
  const axis = attributes.int("axis", 0);
  const fixed = opset < 13 ? attributes.ints("split") : undefined;
  const parts = opset >= 18 && attributes.has("num_outputs") ? attributes.int("num_outputs", 0) : outputCount;
  if (parts !== outputCount) throw problem(`num_outputs is ${parts}, and there are ${outputCount} outputs`);
  return ([x, input]) => {
    const at = axisOf(axis, x!.dims.length);
    const length = x!.dims[at];
    const size = Math.ceil(length / parts);
    const lengths =
      fixed ??
      (input
        ? listOf(input, "split")
        : Array.from({ length: parts }, (_, part) => Math.max(0, Math.min(size, length - part * size))));
    const fits =
      lengths.length === outputCount &&
      lengths.every((part) => part >= 0) &&
      lengths.reduce((sum, part) => sum + part, 0) === length;
    if (!fits)
      throw problem(`split is [${lengths.join(", ")}], needed ${outputCount} lengths that make ${length}`);
    const strides = stridesOf(x!.dims);
    let start = 0;
    return lengths.map((part) => {
      const dims = x!.dims.map((whole, a) => (a === at ? part : whole));
      const y = machine.make(x!.type, dims);
      moveRows(machine, x!, start * strides[at], rowsOf(dims, [strides]), y);
      start += part;
      return y;
    });
  };
}

/** x broadcast together with a shape. */
function prepareExpand({ machine }: NodeContext): Action {
  return ([x, shape]) => {
    const dims = broadcastDims(x!.dims, listOf(shape!, "shape"));
    if (sizeOf(dims) === x!.data.length) return viewed(x!, dims);
    const y = machine.make(x!.type, dims);
    moveRows(machine, x!, 0, rowsOf(dims, [broadcastStrides(x!.dims, dims)]), y);
    return y;
  };
}

/** x repeated along each axis. */
function prepareTile({ machine }: NodeContext): Action {
  return ([x, repeats]) => {
    const times = listOf(repeats!, "repeats");
    const { dims } = x!;
    if (times.length !== dims.length || times.some((count) => !(count >= 0))) {
      throw problem(
        `repeats is [${times.join(", ")}], needed a number for each axis of ${describeValue(x!)}`,
      );
    }
    const y = machine.make(
      x!.type,
      dims.map((length, axis) => length * times[axis]),
    );
    // Each axis is two: how often, and what.
    const strides = stridesOf(dims);
    const pairs = dims.flatMap((length, axis) => [times[axis], length]);
    const steps = dims.flatMap((_, axis) => [0, strides[axis]]);
    moveRows(machine, x!, 0, rowsOf(pairs, [steps]), y);
    return y;
  };
}

export const arrangingOperators: Readonly<Record<string, Operator>> = {
  Transpose: { inputs: [1, 1], prepare: prepareTranspose },
  Concat: { inputs: [1, Infinity], prepare: prepareConcat },
  Split: { inputs: [1, 2], outputs: [1, Infinity], prepare: prepareSplit },
  Expand: { inputs: [2, 2], prepare: prepareExpand },
  Tile: { inputs: [2, 2], prepare: prepareTile },
};
