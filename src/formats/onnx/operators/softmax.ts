// Softmax, LogSoftmax, Hardmax. Before version 13 x is a matrix whose columns begin at the axis (1 if not given); since then the sum runs along
// one axis (the last if not given).
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, type OnnxValue, spanOf } from "../value.ts";

/** What two exponentials of an entry take. */
const EXPONENTIAL_STEPS = 4;

function prepareSoftmax({ attributes, machine, opset, operator }: NodeContext): Action {
  const axis = attributes.int("axis", opset < 13 ? 1 : -1);
  const fill = ROWS[operator];
  return ([x]) => {
    const { dims } = x!;
    const rank = Math.max(1, dims.length);
    // An axis behind the last one leaves columns of one entry.
    const at = opset < 13 && axis === rank ? rank : axisOf(axis, rank);
    const y = machine.make(x!.type, dims);
    const length = opset < 13 ? spanOf(dims, at, dims.length) : (dims[at] ?? 1);
    const width = opset < 13 ? 1 : spanOf(dims, at + 1, dims.length);
    machine.budget.entries(EXPONENTIAL_STEPS * y.data.length);
    const rows = length === 0 ? 0 : y.data.length / length;
    for (let row = 0; row < rows; row++) {
      const start = Math.floor(row / width) * width * length + (row % width);
      fill(x!.data, y.data, start, width, length);
    }
    return y;
  };
}

type FillRow = (
  x: OnnxValue["data"],
  y: OnnxValue["data"],
  start: number,
  step: number,
  length: number,
) => void;

const ROWS: Readonly<Record<string, FillRow>> = {
  Softmax: (x, y, start, step, length) => softmaxRow(x, y, start, step, length, false),
  LogSoftmax: (x, y, start, step, length) => softmaxRow(x, y, start, step, length, true),
  // 1 at the first of the largest, 0 elsewhere.
  Hardmax(x, y, start, step, length) {
    let largest = start;
    for (let at = start; at < start + length * step; at += step) if (x[at] > x[largest]) largest = at;
    y[largest] = 1;
  },
};

/** y ← exp(x − max) / Σ, or its logarithm, of `length` entries `step` apart. */
function softmaxRow(
  x: OnnxValue["data"],
  y: OnnxValue["data"],
  start: number,
  step: number,
  length: number,
  logarithm: boolean,
): void {
  const end = start + length * step;
  let largest = -Infinity;
  for (let at = start; at < end; at += step) if (x[at] > largest) largest = x[at];
  let sum = 0;
  for (let at = start; at < end; at += step) sum += Math.exp(x[at] - largest);
  if (logarithm) {
    const shift = largest + Math.log(sum);
    for (let at = start; at < end; at += step) y[at] = x[at] - shift;
  } else for (let at = start; at < end; at += step) y[at] = Math.exp(x[at] - largest) / sum;
}

const softmax: Operator = { inputs: [1, 1], prepare: prepareSoftmax };

export const softmaxOperators: Readonly<Record<string, Operator>> = {
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
};
