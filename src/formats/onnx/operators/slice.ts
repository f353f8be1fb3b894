// Slice: of each axis the entries from start to end in steps. Attributes before version 10, inputs since.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, listOf, type OnnxValue, problem, viewed } from "../value.ts";
import { byShapes, rowsOf, stridesOf } from "./broadcast.ts";
import { moveRows } from "./moving.ts";

function prepareSlice(node: NodeContext): Action {
  const { attributes, machine, opset } = node;
  const fixed =
    opset < 10
      ? { starts: attributes.ints("starts"), ends: attributes.ints("ends"), axes: attributes.ints("axes") }
      : undefined;
  const partOf = (x: OnnxValue, inputs: readonly (OnnxValue | undefined)[]) => {
    const [startsInput, endsInput, axesInput, stepsInput] = inputs;
    const list = (value: OnnxValue | undefined, what: string) => value && listOf(value, what);
    const starts = fixed ? fixed.starts : list(startsInput, "starts");
    const ends = fixed ? fixed.ends : list(endsInput, "ends");
    if (!starts || !ends) throw problem("starts or ends are missing");
    const rank = x.dims.length;
    const axes = (fixed ? fixed.axes : list(axesInput, "axes")) ?? starts.map((_, axis) => axis);
    const steps = list(stepsInput, "steps") ?? starts.map(() => 1);
    if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
      throw problem("starts, ends, axes and steps are not as many as each other");
    }
    const dims = [...x.dims];
    const strides = stridesOf(x.dims);
    let place = 0;
    starts.forEach((start, index) => {
      const axis = axisOf(axes[index], rank, "an axis");
      const step = steps[index];
      const [first, count] = rangeOf(start, ends[index], step, x.dims[axis]);
      place += first * strides[axis];
      dims[axis] = count;
      strides[axis] *= step;
    });
    const isWhole =
      place === 0 &&
      dims.every((length, axis) => length === x.dims[axis]) &&
      steps.every((step) => step === 1);
    return { dims, place, rows: isWhole ? undefined : rowsOf(dims, [strides]) };
  };
  // What is the same in every run depends on the shape of x alone.
  const ranges = [1, 2, 3, 4].map((input) => node.constant(input));
  const isFixed = ranges.every((range, index) => range !== undefined || !node.given(index + 1));
  const fixedPartOf = byShapes((x: OnnxValue) => partOf(x, ranges));
  return ([x, ...inputs]) => {
    const { dims, place, rows } = isFixed ? fixedPartOf(x!) : partOf(x!, inputs);
    if (!rows) return viewed(x!, dims);
    const y = machine.make(x!.type, dims);
    moveRows(machine, x!, place, rows, y);
    return y;
  };
}

/** Where a slice begins and how many entries it has. Places count from the end where they are negative, and are brought into the axis. */
function rangeOf(start: number, end: number, step: number, length: number): [number, number] {
  if (step === 0) throw problem("a step is 0");
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (at: number, low: number) => Math.max(low, Math.min(most, at < 0 ? at + length : at));
  const first = place(start, Math.max(least, 0));
  const last = place(end, least);
  return [first, Math.max(0, Math.ceil((last - first) / step))];
}

export const sliceOperators: Readonly<Record<string, Operator>> = {
  Slice: { inputs: [1, 5], prepare: prepareSlice },
};
