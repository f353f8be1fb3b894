// Pad: entries added (or, where a length is negative, taken away) before and after each axis. Attributes before version 11.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, listOf, type OnnxValue, problem, scalarOf } from "../value.ts";
import { stridesOf } from "./broadcast.ts";
import { moveByTable } from "./moving.ts";

type Mode = "constant" | "reflect" | "edge" | "wrap";

function preparePad(node: NodeContext): Action {
  const { attributes, machine, opset } = node;
  const isConstant = node.constant(2) !== undefined;
  const modes = ["constant", "reflect", "edge", "wrap"] as const;
  const mode = attributes.choice("mode", modes, "constant");
  const fixed = opset < 11 ? attributes.ints("pads") : undefined;
  const fixedValue = opset < 11 ? attributes.float("value", 0) : 0;
  return ([x, padsInput, valueInput, axesInput]) => {
    const rank = x!.dims.length;
    const pads = fixed ?? (padsInput && listOf(padsInput, "pads"));
    if (!pads) throw problem("pads are missing");
    const axes = axesInput
      ? listOf(axesInput, "axes").map((axis) => axisOf(axis, rank, "an axis"))
      : x!.dims.map((_, axis) => axis);
    if (pads.length !== 2 * axes.length) {
      throw problem(`pads are [${pads.join(", ")}], needed two for each of ${axes.length} axes`);
    }
    const before = new Array<number>(rank).fill(0);
    const dims = [...x!.dims];
    axes.forEach((axis, index) => {
      before[axis] = pads[index];
      dims[axis] += pads[index] + pads[index + axes.length];
    });
    const y = machine.make(x!.type, dims);
    if (y.data.length === 0) return y;
    const length = dims.reduce((sum, own) => sum + own, 0);
    machine.budget.take(4 * length, () => "a table of the places of a padding");
    machine.budget.entries(length);
    const places = dims.map((length, axis) =>
      sourcesOf(length, before[axis], x!.dims[axis], mode, () => describeValue(x!)),
    );
    const value =
      valueInput && valueInput.data.length > 0 ? scalarOf(valueInput, "constant_value") : fixedValue;
    const isZero = mode !== "constant" || (value === 0 && (!valueInput || isConstant));
    if (isZero && moveByTable(machine, x!, () => tableOf(places, x!.dims), 1, y)) return y;
    fillFrom(x!, y, places, value);
    return y;
  };
}

/** For each place of a padded axis the one it is copied from, or −1. */
function sourcesOf(
  length: number,
  before: number,
  from: number,
  mode: Mode,
  describe: () => string,
): Int32Array {
  const sources = new Int32Array(length);
  const needed = mode === "reflect" ? 2 : 1;
  if (mode !== "constant" && from < needed && (before !== 0 || length !== from) && length > 0) {
    if (from === 0) throw problem(`${describe()} has nothing to pad with`);
  }
  const period = Math.max(1, 2 * (from - 1));
  for (let index = 0; index < length; index++) {
    const at = index - before;
    if (at >= 0 && at < from) sources[index] = at;
    else if (mode === "constant") sources[index] = -1;
    else if (mode === "edge") sources[index] = at < 0 ? 0 : from - 1;
    else if (mode === "wrap") sources[index] = ((at % from) + from) % from;
    else {
      const turned = ((at % period) + period) % period;
      sources[index] = turned < from ? turned : period - turned;
    }
  }
  return sources;
}

/** For each entry of the result the one of x that it is copied from, or −1. */
function tableOf(places: readonly Int32Array[], dims: readonly number[]): readonly number[] {
  const strides = stridesOf(dims);
  return places.reduce<number[]>(
    (table, own, axis) =>
      table.flatMap((from) =>
        Array.from(own, (place) => (from < 0 || place < 0 ? -1 : from + place * strides[axis])),
      ),
    [0],
  );
}

function fillFrom(x: OnnxValue, y: OnnxValue, places: readonly Int32Array[], value: number): void {
  const rank = y.dims.length;
  if (rank === 0) {
    y.data[0] = x.data[0];
    return;
  }
  const strides = stridesOf(x.dims);
  const row = places[rank - 1];
  const rows = row.length === 0 ? 0 : y.data.length / row.length;
  const counts = new Array<number>(rank).fill(0);
  for (let index = 0; index < rows; index++) {
    let start = 0;
    for (let axis = 0; axis < rank - 1 && start >= 0; axis++) {
      const from = places[axis][counts[axis]];
      start = from < 0 ? -1 : start + from * strides[axis];
    }
    const target = index * row.length;
    for (let column = 0; column < row.length; column++) {
      y.data[target + column] = start < 0 || row[column] < 0 ? value : x.data[start + row[column]];
    }
    for (let axis = rank - 2; axis >= 0; axis--) {
      counts[axis] += 1;
      if (counts[axis] < places[axis].length) break;
      counts[axis] = 0;
    }
  }
}

export const padOperators: Readonly<Record<string, Operator>> = {
  Pad: { inputs: [1, 4], prepare: preparePad },
};
