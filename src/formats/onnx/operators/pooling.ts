// MaxPool, AveragePool and LpPool: of each channel by itself the largest entry, the mean or the norm under each place of a window;
// GlobalMaxPool, GlobalAveragePool and GlobalLpPool of all entries. x [N, C, …] with any number of spatial axes.

import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { outputSizes, type Window, type WindowEnd, windowAttributes, windowOver } from "./window.ts";

/** What finding the entries under a place takes, beside pooling those of each channel. */
const STEPS_OF_LIST = 8;
const ROOM_PER_AXIS = 8;

/** What becomes of the entries that are seen; `divisor` is how many there would be with padding. */
type Pool = (data: OnnxValue["data"], start: number, seen: readonly number[], divisor: number) => number;

const largest: Pool = (data, start, seen) => {
  let most = Number.NEGATIVE_INFINITY;
  for (const at of seen) most = Math.max(most, data[start + at]);
  return most;
};

const sumOf = (data: OnnxValue["data"], start: number, seen: readonly number[]) => {
  let sum = 0;
  for (const at of seen) sum += data[start + at];
  return sum;
};

/** The mean, of what is inside or with padding as zeros. */
const meanInside: Pool = (data, start, seen) => sumOf(data, start, seen) / seen.length;
const meanWithPadding: Pool = (data, start, seen, divisor) => sumOf(data, start, seen) / divisor;

/** (Σ |x|ᵖ)^(1/p). */
const normOf =
  (p: number): Pool =>
  (data, start, seen) => {
    let sum = 0;
    for (const at of seen) sum += Math.abs(data[start + at]) ** p;
    return sum ** (1 / p);
  };

/** Where the largest entry is, the first of several. */
function placeOfLargest(data: OnnxValue["data"], start: number, seen: readonly number[]): number {
  let best = seen[0];
  for (const at of seen) if (data[start + at] > data[start + best]) best = at;
  return best;
}

function preparePool(node: NodeContext): Action {
  const { machine, attributes, operator } = node;
  const settings = windowAttributes(node);
  const kernel = settings.kernel;
  if (!kernel) throw problem("kernel_shape is missing");
  const end: WindowEnd = attributes.int("ceil_mode", 0) === 0 ? "inside" : "beyond";
  const countsPads = operator === "AveragePool" && attributes.int("count_include_pad", 0) !== 0;
  const mean = countsPads ? meanWithPadding : meanInside;
  const pool =
    operator === "MaxPool" ? largest : operator === "LpPool" ? normOf(attributes.int("p", 2)) : mean;
  const isColumnMajor = operator === "MaxPool" && attributes.flag("storage_order");
  const wantsPlaces = operator === "MaxPool" && node.wanted(1);
  return ([x]) => {
    const sizes = spatialSizes(x!, operator === "MaxPool");
    const window = windowOver(settings, sizes, kernel);
    for (const [axis, length] of kernel.entries()) {
      const reach = (length - 1) * window.dilations[axis];
      if (window.before[axis] > reach || window.after[axis] > reach)
        throw problem(
          `padding along axis ${axis + 2} is wider than the kernel, so that nothing lies under it`,
        );
    }
    const outputs = outputSizes(sizes, window, end);
    const indices = wantsPlaces ? machine.make("int64", [...x!.dims.slice(0, 2), ...outputs]) : undefined;
    const y = machine.make(x!.type, [...x!.dims.slice(0, 2), ...outputs]);
    const [channels, places] = [x!.dims[0] * x!.dims[1], spanOf(outputs, 0, outputs.length)];
    const size = spanOf(sizes, 0, sizes.length);
    const under = kernel.reduce((product, length, axis) => product * Math.min(length, sizes[axis]), 1);
    machine.budget.entries(places * (ROOM_PER_AXIS * kernel.length + under) * (STEPS_OF_LIST + channels));
    for (let place = 0; place < places; place++) {
      const seen = entriesUnder(place, sizes, outputs, window);
      const divisor = countsPads ? entriesWithPadding(place, sizes, outputs, window) : seen.length;
      for (let channel = 0; channel < channels; channel++) {
        const [start, to] = [channel * size, channel * places + place];
        y.data[to] = pool(x!.data, start, seen, divisor);
        if (!indices) continue;
        const at = placeOfLargest(x!.data, start, seen);
        indices.data[to] = start + (isColumnMajor ? columnMajor(at, sizes) : at);
      }
    }
    return indices ? [y, indices] : y;
  };
}

/** A place counted with the first axis the fastest. */
function columnMajor(place: number, sizes: readonly number[]): number {
  let rest = place;
  let result = 0;
  let stride = spanOf(sizes, 0, sizes.length);
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    stride /= sizes[axis];
    result += (rest % sizes[axis]) * stride;
    rest = Math.floor(rest / sizes[axis]);
  }
  return result;
}

/** How many entries lie under the kernel at a place, padding counted, and what is beyond it not. */
function entriesWithPadding(
  place: number,
  sizes: readonly number[],
  outputs: readonly number[],
  { kernel, strides, dilations, before, after }: Window,
): number {
  let count = 1;
  let rest = place;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const first = (rest % outputs[axis]) * strides[axis] - before[axis];
    rest = Math.floor(rest / outputs[axis]);
    count *= Math.min(kernel[axis], Math.ceil((sizes[axis] + after[axis] - first) / dilations[axis]));
  }
  return count;
}

function prepareGlobalPool({ machine, operator, attributes }: NodeContext): Action {
  const norm = operator === "GlobalLpPool" ? normOf(attributes.int("p", 2)) : meanInside;
  const pool = operator === "GlobalMaxPool" ? largest : norm;
  return ([x]) => {
    const sizes = spatialSizes(x!);
    const size = spanOf(sizes, 0, sizes.length);
    const y = machine.make(x!.type, [...x!.dims.slice(0, 2), ...sizes.map(() => 1)]);
    machine.budget.take(8 * size, () => "a list of places");
    machine.budget.entries(size * (1 + y.data.length));
    const all = Array.from({ length: size }, (_, index) => index);
    for (let channel = 0; channel < y.data.length; channel++)
      y.data[channel] = pool(x!.data, channel * size, all, size);
    return y;
  };
}

/** @param takesBytes whether whole numbers of 8 bits are fine too */
function spatialSizes(x: OnnxValue, takesBytes = false): readonly number[] {
  const isRead = TYPES[x.type].kind === "float" || (takesBytes && (x.type === "int8" || x.type === "uint8"));
  if (x.dims.length < 3 || !isRead) throw problem(`x is ${describeValue(x)}, needed floats [N, C, …]`);
  return x.dims.slice(2);
}

/** Which entries of an input lie under the kernel at a place (row-major), padding left out. */
function entriesUnder(
  place: number,
  sizes: readonly number[],
  outputs: readonly number[],
  { kernel, strides, dilations, before }: Window,
): number[] {
  let seen = [0];
  let stride = 1;
  let rest = place;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const first = (rest % outputs[axis]) * strides[axis] - before[axis];
    rest = Math.floor(rest / outputs[axis]);
    // A kernel may be far larger than the input, so that only the part inside is walked.
    const from = Math.max(0, Math.ceil(-first / dilations[axis]));
    const to = Math.min(kernel[axis], Math.ceil((sizes[axis] - first) / dilations[axis]));
    const along: number[] = [];
    for (let entry = from; entry < to; entry++)
      for (const at of seen) along.push(at + (first + entry * dilations[axis]) * stride);
    seen = along;
    stride *= sizes[axis];
  }
  return seen;
}

export const poolingOperators: Readonly<Record<string, Operator>> = {
  MaxPool: { inputs: [1, 1], outputs: [1, 2], folds: false, prepare: preparePool },
  LpPool: { inputs: [1, 1], folds: false, prepare: preparePool },
  GlobalLpPool: { inputs: [1, 1], folds: false, prepare: prepareGlobalPool },
  AveragePool: { inputs: [1, 1], folds: false, prepare: preparePool },
  GlobalMaxPool: { inputs: [1, 1], folds: false, prepare: prepareGlobalPool },
  GlobalAveragePool: { inputs: [1, 1], folds: false, prepare: prepareGlobalPool },
};
