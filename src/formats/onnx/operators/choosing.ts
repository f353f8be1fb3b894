// TopK, NonZero, Compress: entries chosen by their value or a mask.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, scalarOf, spanOf } from "../value.ts";

/** What an entry's place in an order takes to hold. */
const ORDER_BYTES = 8;

/** The k largest or smallest along an axis and where they stand, of equal ones the first. k is an attribute before version 10. */
function prepareTopK({ attributes, machine, opset, inputCount }: NodeContext): Action {
  const axis = attributes.int("axis", -1);
  const sign = attributes.flag("largest", 1) ? -1 : 1;
  const isSorted = attributes.flag("sorted", 1);
  const fixed = opset < 10 ? attributes.int("k", 0) : 0;
  if (inputCount !== (opset < 10 ? 1 : 2)) throw problem(`it has ${inputCount} inputs`);
  return ([x, count]) => {
    const { dims, data, type } = x!;
    const at = axisOf(axis, dims.length);
    const length = dims[at];
    const k = count ? scalarOf(count, "k") : fixed;
    if (!(k >= 0 && k <= length)) throw problem(`k is ${k}, needed a number from 0 to ${length}`);
    const shape = dims.map((own, a) => (a === at ? k : own));
    const values = machine.make(type, shape);
    const places = machine.make("int64", shape);
    const width = spanOf(dims, at + 1, dims.length);
    const rows = k === 0 ? 0 : values.data.length / k;
    machine.budget.take(length * ORDER_BYTES, () => "an order");
    machine.budget.entries(rows * length * Math.ceil(Math.log2(length + 2)));
    const order = new Array<number>(length);
    for (let row = 0; row < rows; row++) {
      const lead = Math.floor(row / width) * width;
      const start = lead * length + (row % width);
      for (let index = 0; index < length; index++) order[index] = index;
      order.sort((a, b) => sign * (data[start + a * width] - data[start + b * width]) || a - b);
      const chosen = order.slice(0, k);
      if (!isSorted) chosen.sort((a, b) => a - b);
      chosen.forEach((place, index) => {
        const target = lead * k + (row % width) + index * width;
        values.data[target] = data[start + place * width];
        places.data[target] = place;
      });
    }
    machine.budget.giveBack(length * ORDER_BYTES);
    return [values, places];
  };
}

/** Where the entries that are not 0 stand: [axes, how many], in row-major order. */
function prepareNonZero({ machine }: NodeContext): Action {
  return ([x]) => {
    const { data } = x!;
    const dims = x!.dims.length === 0 ? [1] : x!.dims;
    machine.budget.entries(data.length);
    let count = 0;
    for (let index = 0; index < data.length; index++) if (data[index] !== 0) count++;
    const y = machine.make("int64", [dims.length, count]);
    let column = 0;
    for (let index = 0; index < data.length; index++) {
      if (data[index] === 0) continue;
      let rest = index;
      for (let axis = dims.length - 1; axis >= 0; axis--) {
        y.data[axis * count + column] = rest % dims[axis];
        rest = Math.floor(rest / dims[axis]);
      }
      column++;
    }
    return y;
  };
}

/** The slices of x along an axis, or its entries where none is given, at which the condition is true. */
function prepareCompress({ attributes, machine }: NodeContext): Action {
  const axis = attributes.has("axis") ? attributes.int("axis", 0) : undefined;
  return ([x, condition]) => {
    const dims = axis === undefined ? [x!.data.length] : x!.dims;
    const at = axisOf(axis ?? 0, dims.length);
    machine.budget.take(8 * condition!.data.length, () => "a list of places");
    machine.budget.entries(condition!.data.length);
    const chosen = placesOf(condition!, dims[at]);
    const y = machine.make(
      x!.type,
      dims.map((length, a) => (a === at ? chosen.length : length)),
    );
    if (y.data.length === 0) return y;
    const width = spanOf(dims, at + 1, dims.length);
    let target = 0;
    for (let row = 0; row < spanOf(dims, 0, at); row++) {
      for (const place of chosen) {
        const from = (row * dims[at] + place) * width;
        for (let index = 0; index < width; index++) y.data[target++] = x!.data[from + index];
      }
    }
    return y;
  };
}

function placesOf(condition: OnnxValue, length: number): number[] {
  if (condition.type !== "bool" || condition.data.length > length) {
    throw problem(`the condition is ${describeValue(condition)}, needed at most ${length} bool`);
  }
  const places: number[] = [];
  for (let place = 0; place < condition.data.length; place++) if (condition.data[place]) places.push(place);
  return places;
}

export const choosingOperators: Readonly<Record<string, Operator>> = {
  TopK: { inputs: [1, 2], outputs: [1, 2], prepare: prepareTopK },
  NonZero: { inputs: [1, 1], prepare: prepareNonZero },
  Compress: { inputs: [2, 2], prepare: prepareCompress },
};
