// Unique: the different entries of a value, or the different slices along an axis.
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, type OnnxValue, spanOf } from "../value.ts";

/** What a slice's places in orders and groups take. */
const PLACE_BYTES = 64;

/** Sorted, or in the order in which they first come; where each first stands, which one each slice is, and how many there are. */
function prepareUnique({ attributes, machine }: NodeContext): Action {
  const axis = attributes.has("axis") ? attributes.int("axis", 0) : undefined;
  const isSorted = attributes.flag("sorted", 1);
  return ([x]) => {
    const { data, type } = x!;
    const dims = axis === undefined ? [data.length] : x!.dims;
    const at = axisOf(axis ?? 0, dims.length);
    const length = dims[at];
    const width = spanOf(dims, at + 1, dims.length);
    const rows = spanOf(dims, 0, at);
    machine.budget.take(length * PLACE_BYTES, () => "an order");
    machine.budget.entries((data.length + length) * Math.ceil(Math.log2(length + 2)));
    const compare = (a: number, b: number): number => {
      for (let row = 0; row < rows; row++) {
        for (let index = 0; index < width; index++) {
          const start = row * length * width + index;
          const difference = data[start + a * width] - data[start + b * width];
          if (difference !== 0) return difference;
        }
      }
      return 0;
    };
    const groups: number[][] = [];
    for (const place of Array.from({ length }, (_, index) => index).sort((a, b) => compare(a, b) || a - b)) {
      const last = groups[groups.length - 1];
      if (last && compare(last[0], place) === 0) last.push(place);
      else groups.push([place]);
    }
    if (!isSorted) groups.sort((a, b) => a[0] - b[0]);
    const y = machine.make(
      type,
      dims.map((own, a) => (a === at ? groups.length : own)),
    );
    let target = 0;
    for (let row = 0; row < rows; row++) {
      for (const [first] of groups) {
        const from = (row * length + first) * width;
        for (let index = 0; index < width; index++) y.data[target++] = data[from + index];
      }
    }
    const inverse = machine.make("int64", [length]);
    groups.forEach((group, index) => {
      for (const place of group) inverse.data[place] = index;
    });
    const results = [
      y,
      listed(
        machine,
        groups.map(([first]) => first),
      ),
      inverse,
      listed(
        machine,
        groups.map((group) => group.length),
      ),
    ];
    machine.budget.giveBack(length * PLACE_BYTES);
    return results;
  };
}

function listed(machine: Machine, numbers: readonly number[]): OnnxValue {
  const value = machine.make("int64", [numbers.length]);
  for (let index = 0; index < numbers.length; index++) value.data[index] = numbers[index];
  return value;
}

export const uniqueOperators: Readonly<Record<string, Operator>> = {
  Unique: { inputs: [1, 1], outputs: [1, 4], prepare: prepareUnique },
};
