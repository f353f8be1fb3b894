// What changes a shape and no number: Shape, Size, Reshape, Squeeze, Unsqueeze, Flatten, Identity, Dropout (off when a model runs).
import { sizeOf } from "../../../tensor/tensor.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, listOf, type OnnxValue, problem, spanOf, viewed } from "../value.ts";

/** A list of whole numbers as a value. */
function wholeList(machine: Machine, numbers: readonly number[]): OnnxValue {
  const value = machine.make("int64", [numbers.length]);
  numbers.forEach((number, index) => {
    value.data[index] = number;
  });
  return value;
}

/** The axes of a node: an attribute up to some version, an input since. Undefined where there are none. */
export function axesOf(
  { attributes, opset }: NodeContext,
  inputSince: number,
): (input: OnnxValue | undefined) => readonly number[] | undefined {
  if (opset >= inputSince) return (input) => (input ? listOf(input, "axes") : undefined);
  const axes = attributes.ints("axes");
  return () => axes;
}

/** Axes counted from the end made plain, none twice. */
export function plainAxes(axes: readonly number[], rank: number): ReadonlySet<number> {
  const plain = new Set(axes.map((axis) => axisOf(axis, rank, "an axis")));
  if (plain.size !== axes.length) throw problem(`axes [${axes.join(", ")}] name one axis twice`);
  return plain;
}

/** dims of x, from `start` to `end` (version 15). */
function prepareShape({ attributes, machine }: NodeContext): Action {
  const start = attributes.int("start", 0);
  const end = attributes.int("end", Infinity);
  return ([x]) => {
    const { length } = x!.dims;
    const place = (at: number) => Math.max(0, Math.min(length, at < 0 ? at + length : at));
    return wholeList(machine, x!.dims.slice(place(start), place(end)));
  };
}

function prepareSize({ machine }: NodeContext): Action {
  return ([x]) => {
    const y = machine.make("int64", []);
    y.data[0] = x!.data.length;
    return y;
  };
}

/** 0 keeps an axis of x (with allowzero 1 it is 0), −1 is what is left over. */
function prepareReshape({ attributes }: NodeContext): Action {
  const allowZero = attributes.flag("allowzero");
  return ([x, shape]) => {
    const wanted = listOf(shape!, "shape");
    const dims = wanted.map((length, axis) => (length === 0 && !allowZero ? (x!.dims[axis] ?? -2) : length));
    const open = dims.indexOf(-1);
    if (open >= 0) {
      const others = dims.reduce((size, length, axis) => (axis === open ? size : size * length), 1);
      dims[open] = others === 0 ? 0 : x!.data.length / others;
    }
    if (sizeOf(dims) !== x!.data.length || !dims.every((length) => Number.isInteger(length) && length >= 0)) {
      throw problem(`${describeValue(x!)} does not fit shape [${wanted.join(", ")}]`);
    }
    return viewed(x!, dims);
  };
}

/** Axes are an attribute before version 13. None: all of length 1. */
function prepareSqueeze(node: NodeContext): Action {
  const axes = axesOf(node, 13);
  return ([x, input]) => {
    const given = axes(input);
    if (!given)
      return viewed(
        x!,
        x!.dims.filter((length) => length !== 1),
      );
    const taken = plainAxes(given, x!.dims.length);
    for (const axis of taken) {
      if (x!.dims[axis] !== 1) throw problem(`axis ${axis} of ${describeValue(x!)} is not of length 1`);
    }
    return viewed(
      x!,
      x!.dims.filter((_, axis) => !taken.has(axis)),
    );
  };
}

/** Axes, counted in the result, are an attribute before version 13. */
function prepareUnsqueeze(node: NodeContext): Action {
  const axes = axesOf(node, 13);
  return ([x, input]) => {
    const given = axes(input);
    if (!given) throw problem("axes are missing");
    const rank = x!.dims.length + given.length;
    const added = plainAxes(given, rank);
    const rest = x!.dims.values();
    const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.next().value ?? 1)));
    return viewed(x!, dims);
  };
}

function prepareFlatten({ attributes }: NodeContext): Action {
  const axis = attributes.int("axis", 1);
  return ([x]) => {
    const rank = x!.dims.length;
    const at = axis === rank ? rank : axisOf(axis, Math.max(1, rank));
    return viewed(x!, [spanOf(x!.dims, 0, at), spanOf(x!.dims, at, rank)]);
  };
}

/** The mask, where it is asked for, says that everything was kept. */
function prepareDropout(node: NodeContext): Action {
  const { attributes, machine, opset } = node;
  attributes.ignore("ratio", "seed");
  if (opset < 7 && !attributes.flag("is_test")) throw problem("is_test 0 is not supported, only running is");
  return ([x, , training]) => {
    if (training?.data[0]) throw problem("training_mode is true, only running is supported");
    if (!node.wanted(1)) return x!;
    const mask = machine.make(opset < 10 ? x!.type : "bool", x!.dims);
    mask.data.fill(1);
    return [x, mask];
  };
}

export const shapeOperators: Readonly<Record<string, Operator>> = {
  Shape: { inputs: [1, 1], prepare: prepareShape },
  Size: { inputs: [1, 1], prepare: prepareSize },
  Reshape: { inputs: [2, 2], prepare: prepareReshape },
  Squeeze: { inputs: [1, 2], prepare: prepareSqueeze },
  Unsqueeze: { inputs: [1, 2], prepare: prepareUnsqueeze },
  Flatten: { inputs: [1, 1], prepare: prepareFlatten },
  Identity: {
    inputs: [1, 1],
    prepare:
      () =>
      ([x]) =>
        x!,
  },
  Dropout: { inputs: [1, 3], outputs: [1, 2], prepare: prepareDropout },
};
