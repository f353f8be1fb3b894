// ConvTranspose: y [N, M, …] from x [N, C, …] and W [C, M/groups, kernel]: each entry of x lays the kernel, multiplied, onto the output,
// where what overlaps is added (the gradient of a convolution with regard to its input).
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { runsOnEngine } from "./matmul.ts";
import { copyIn, PackedMatrix, withPacked } from "./product.ts";
import {
  visitWindow,
  type Window,
  type WindowAttributes,
  windowAttributes,
  windowOver,
  windowSteps,
} from "./window.ts";

function prepareConvTranspose(node: NodeContext): Action {
  const { machine, attributes } = node;
  const { device } = machine;
  const settings = windowAttributes(node);
  const groups = attributes.int("group", 1);
  const extra = attributes.ints("output_padding");
  const outputShape = attributes.ints("output_shape");
  const constant = node.constant(1);
  const packs =
    constant &&
    constant.dims.length > 2 &&
    constant.dims[0] >= groups &&
    groups >= 1 &&
    constant.dims[0] % groups === 0
      ? Array.from(
          { length: groups },
          (_, group) => new PackedMatrix(machine, weightsOf(constant, groups, group)),
        )
      : undefined;
  if (packs) node.release(1);
  return ([x, w, b]) => {
    const [batch, channels, ...sizes] = x!.dims;
    const [rows, perGroup, ...kernel] = w!.dims;
    const fits =
      runsOnEngine(x!.type) &&
      w!.type === x!.type &&
      x!.dims.length === w!.dims.length &&
      x!.dims.length > 2 &&
      channels === rows &&
      groups >= 1 &&
      channels >= groups &&
      channels % groups === 0;
    if (!fits)
      throw problem(
        `x is ${describeValue(x!)} and W ${describeValue(w!)} in ${groups} groups, which do not fit`,
      );
    const filters = perGroup * groups;
    if (b && b.data.length !== filters) throw problem(`B is ${describeValue(b)}, needed [${filters}]`);
    const { window, outputs } = spreadOver(settings, sizes, kernel, extra, outputShape);
    const y = machine.make(x!.type, [batch, filters, ...outputs]);
    const inputs = spanOf(sizes, 0, sizes.length);
    const size = spanOf(outputs, 0, outputs.length);
    const entries = spanOf(kernel, 0, kernel.length);
    const depth = channels / groups;
    const width = perGroup * entries;
    if (y.data.length === 0) return y;
    if (b)
      for (let index = 0; index < y.data.length; index++)
        y.data[index] = b.data[Math.floor(index / size) % filters];
    if (inputs === 0) return y;
    const products = batch * groups;
    machine.budget.multiply(products, products * inputs * depth * width);
    machine.budget.entries(products * (windowSteps(sizes, window) + inputs * width));
    machine.temporary(inputs * (depth + width), (place) => {
      const to = place + inputs * depth;
      for (let index = 0; index < products; index++) {
        copyIn(device, x!.data, index * depth * inputs, depth * inputs, place);
        const multiply = (panels: number) =>
          device.kernels.gemm({
            a: place,
            aRow: 1,
            aCol: inputs,
            packed: panels,
            c: to,
            m: inputs,
            n: width,
            k: depth,
          });
        if (packs) multiply(packs[index % groups].offset);
        else withPacked(machine, weightsOf(w!, groups, index % groups), multiply);
        const floats = device.heap.floats();
        const start = index * perGroup * size;
        visitWindow(outputs, sizes, window, (input, entry, at) => {
          if (at < 0) return;
          for (let filter = 0; filter < perGroup; filter++) {
            y.data[start + filter * size + at] += floats[to + input * width + filter * entries + entry];
          }
        });
      }
    });
    return y;
  };
}

/** The weights of one group as the right operand [C/groups, M/groups · kernel]. */
function weightsOf({ data, dims }: OnnxValue, groups: number, group: number) {
  const k = dims[0] / groups;
  const n = spanOf(dims, 1, dims.length);
  return { data, start: group * k * n, row: n, column: 1, k, n };
}

/** Where the kernel is laid, and how large the output is: given, or from the padding. */
function spreadOver(
  settings: WindowAttributes,
  sizes: readonly number[],
  kernel: readonly number[],
  extra: readonly number[] | undefined,
  outputShape: readonly number[] | undefined,
): { readonly window: Window; readonly outputs: readonly number[] } {
  const axes = sizes.length;
  const window = windowOver({ ...settings, autoPad: "NOTSET" }, sizes, kernel);
  const added = extra ?? sizes.map(() => 0);
  const reach = sizes.map(
    (size, axis) =>
      (size - 1) * window.strides[axis] + added[axis] + (kernel[axis] - 1) * window.dilations[axis] + 1,
  );
  if (settings.autoPad === "NOTSET" && !outputShape) {
    return {
      window,
      outputs: reach.map((size, axis) => Math.max(0, size - window.before[axis] - window.after[axis])),
    };
  }
  const same = settings.autoPad !== "VALID" && settings.autoPad !== "NOTSET";
  const outputs = outputShape
    ? outputShape.slice(-axes)
    : reach.map((size, axis) => (same ? sizes[axis] * window.strides[axis] : size));
  const before = reach.map((size, axis) => {
    const total = Math.max(0, size - outputs[axis]);
    return settings.autoPad === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
  });
  return { window: { ...window, before }, outputs };
}

export const convolutionTransposeOperators: Readonly<Record<string, Operator>> = {
  ConvTranspose: { inputs: [2, 3], folds: false, prepare: prepareConvTranspose },
};
