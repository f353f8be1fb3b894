// MaxPool and AveragePool: of each channel by itself the largest entry, or the mean, under each place of a window; GlobalMaxPool and
// GlobalAveragePool of all entries. x [N, C, …] with any number of spatial axes.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { outputSizes, type Window, windowAttributes, windowOver } from "./window.ts";

/** What finding the entries under a place takes, beside pooling those of each channel. */
const STEPS_OF_LIST = 8;
const ROOM_PER_AXIS = 8;

/** Whether the mean counts padding as zeros, or only what lies inside; the largest entry never counts it. */
type Pool = "max" | "mean of what is inside" | "mean";

function preparePool(node: NodeContext): Action {
  const { machine, attributes, operator } = node;
  const settings = windowAttributes(node);
  const kernel = settings.kernel;
  if (!kernel) throw problem("kernel_shape is missing");
  if (attributes.int("ceil_mode", 0) !== 0) throw problem("ceil_mode is 1, needed 0");
  const countsPads = operator === "AveragePool" && attributes.int("count_include_pad", 0) !== 0;
  const pool: Pool = operator === "MaxPool" ? "max" : countsPads ? "mean" : "mean of what is inside";
  return ([x]) => {
    const sizes = spatialSizes(x!);
    const window = windowOver(settings, sizes, kernel);
    for (const [axis, length] of kernel.entries()) {
      const reach = (length - 1) * window.dilations[axis];
      if (window.before[axis] > reach || window.after[axis] > reach)
        throw problem(
          `padding along axis ${axis + 2} is wider than the kernel, so that nothing lies under it`,
        );
    }
    const outputs = outputSizes(sizes, window);
    const y = machine.make(x!.type, [...x!.dims.slice(0, 2), ...outputs]);
    const [channels, places] = [x!.dims[0] * x!.dims[1], spanOf(outputs, 0, outputs.length)];
    const size = spanOf(sizes, 0, sizes.length);
    const under = kernel.reduce((product, length, axis) => product * Math.min(length, sizes[axis]), 1);
    machine.budget.entries(places * (ROOM_PER_AXIS * kernel.length + under) * (STEPS_OF_LIST + channels));
    for (let place = 0; place < places; place++) {
      const seen = entriesUnder(place, sizes, outputs, window);
      for (let channel = 0; channel < channels; channel++)
        y.data[channel * places + place] = pooled(pool, x!, channel * size, seen, kernel);
    }
    return y;
  };
}

function prepareGlobalPool({ machine, operator }: NodeContext): Action {
  return ([x]) => {
    const sizes = spatialSizes(x!);
    const size = spanOf(sizes, 0, sizes.length);
    const y = machine.make(x!.type, [...x!.dims.slice(0, 2), ...sizes.map(() => 1)]);
    machine.budget.take(8 * size, () => "a list of places");
    machine.budget.entries(size * (1 + y.data.length));
    const all = Array.from({ length: size }, (_, index) => index);
    const pool = operator === "GlobalMaxPool" ? "max" : "mean of what is inside";
    for (let channel = 0; channel < y.data.length; channel++)
      y.data[channel] = pooled(pool, x!, channel * size, all, sizes);
    return y;
  };
}

function spatialSizes(x: OnnxValue): readonly number[] {
  if (x.dims.length < 3 || (x.type !== "float32" && x.type !== "float64"))
    throw problem(`x is ${describeValue(x)}, needed floats [N, C, …]`);
  return x.dims.slice(2);
}

function pooled(
  pool: Pool,
  { data }: OnnxValue,
  start: number,
  seen: readonly number[],
  kernel: readonly number[],
): number {
  if (pool === "max") {
    let largest = Number.NEGATIVE_INFINITY;
    for (const at of seen) largest = Math.max(largest, data[start + at]);
    return largest;
  }
  let sum = 0;
  for (const at of seen) sum += data[start + at];
  return sum / (pool === "mean" ? spanOf(kernel, 0, kernel.length) : seen.length);
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
  MaxPool: { inputs: [1, 1], folds: false, prepare: preparePool },
  AveragePool: { inputs: [1, 1], folds: false, prepare: preparePool },
  GlobalMaxPool: { inputs: [1, 1], folds: false, prepare: prepareGlobalPool },
  GlobalAveragePool: { inputs: [1, 1], folds: false, prepare: prepareGlobalPool },
};
