// ConvTranspose: y [N, M, …] from x [N, C, …] and W [C, M/groups, kernel]: each entry of x lays the kernel, multiplied, onto the output,
// where what overlaps is added (the gradient of a convolution with regard to its input). Seen from an output, it reads the entries of x
// whose kernels reach it: output o has o + pad = i·stride + k·dilation.
import type { Machine } from "../../machine.ts";
import type { NodeContext, Operator } from "../../operator.ts";
import { type OnnxValue, spanOf } from "../../value.ts";
import { type Window, type WindowAttributes, windowAttributes, windowOver, windowSteps } from "../window.ts";
import { type Phases, prepareConvolution } from "./convolve.ts";

function prepareConvTranspose(node: NodeContext) {
  const { attributes, machine } = node;
  const settings = windowAttributes(node);
  const groups = attributes.int("group", 1);
  const extra = attributes.ints("output_padding");
  const outputShape = attributes.ints("output_shape");
  const steps = (kernel: readonly number[]) => ({
    strides: settings.strides ?? kernel.map(() => 1),
    dilations: settings.dilations ?? kernel.map(() => 1),
    kernel,
  });
  return prepareConvolution(node, {
    counts: ({ dims }) => ({ filters: dims[1] * groups, perGroup: dims[0] / groups }),
    weights: (w) => turned(machine, w, groups),
    entries: (kernel) => phasesOf(steps(kernel)).entries,
    phases(sizes, kernel) {
      const { window, outputs } = spreadOver(settings, sizes, kernel, extra, outputShape);
      return reachedBy(machine, sizes, outputs, window);
    },
  });
}

/** W [C, M/groups, kernel] as that of a convolution [M, C/groups, kernel]. */
function turned(machine: Machine, { data, dims }: OnnxValue, groups: number): Float32Array {
  const [channels, perFilter] = dims;
  const perGroup = channels / groups;
  const entries = spanOf(dims, 2, dims.length);
  machine.budget.entries(data.length);
  const weights = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const group = Math.floor(channel / perGroup);
    for (let filter = 0; filter < perFilter; filter++) {
      const from = (channel * perFilter + filter) * entries;
      const to = ((group * perFilter + filter) * perGroup + (channel % perGroup)) * entries;
      for (let entry = 0; entry < entries; entry++) weights[to + entry] = data[from + entry];
    }
  }
  return weights;
}

type Steps = Pick<Window, "kernel" | "strides" | "dilations">;

/** What o + pad leaves when divided by the stride, along each axis, and the entries of the kernel that then reach o, by phase. */
function phasesOf({ kernel, strides, dilations }: Steps): {
  /** By axis, which number each rest has. */
  readonly rests: readonly ReadonlyMap<number, number>[];
  /** By phase (a number of a rest for each axis, row-major), entries of the kernel, row-major. */
  readonly entries: readonly (readonly number[])[];
} {
  const rests: Map<number, number>[] = [];
  let entries: readonly (readonly number[])[] = [[0]];
  kernel.forEach((length, axis) => {
    const own = new Map<number, number[]>();
    for (let k = 0; k < length; k++) {
      const rest = (k * dilations[axis]) % strides[axis];
      own.set(rest, [...(own.get(rest) ?? []), k]);
    }
    rests.push(new Map(Array.from(own.keys(), (rest, number) => [rest, number])));
    entries = entries.flatMap((before) =>
      Array.from(own.values(), (places) =>
        before.flatMap((entry) => places.map((place) => entry * length + place)),
      ),
    );
  });
  return { rests, entries };
}

/** The outputs of each phase, and the entries of x that reach them. */
function reachedBy(
  machine: Machine,
  sizes: readonly number[],
  lengths: readonly number[],
  window: Window,
): Phases {
  const { kernel, strides, dilations, before } = window;
  const { rests, entries } = phasesOf(window);
  const count = spanOf(lengths, 0, lengths.length);
  const all = spanOf(kernel, 0, kernel.length);
  machine.budget.take(12 * count * (all + 1), () => "a table of the places of a convolution");
  machine.budget.entries(windowSteps(lengths, window));
  const outputs = entries.map((): number[] => []);
  const sources = entries.map((): number[] => []);
  const at = new Array<number>(lengths.length).fill(0);
  for (let output = 0; output < count; output++) {
    let rest = output;
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      at[axis] = (rest % lengths[axis]) + before[axis];
      rest = Math.floor(rest / lengths[axis]);
    }
    const phase = phaseAt(at, strides, rests);
    if (phase < 0) continue;
    outputs[phase].push(output);
    for (const entry of entries[phase]) sources[phase].push(sourceOf(entry));
  }
  return {
    lengths,
    phases: outputs.map((own, phase) => ({
      outputs: Int32Array.from(own),
      sources: Int32Array.from(sources[phase]),
    })),
  };

  function sourceOf(entry: number): number {
    let source = 0;
    let stride = 1;
    let rest = entry;
    for (let axis = kernel.length - 1; axis >= 0; axis--) {
      const place = (at[axis] - (rest % kernel[axis]) * dilations[axis]) / strides[axis];
      if (place < 0 || place >= sizes[axis]) return -1;
      source += place * stride;
      stride *= sizes[axis];
      rest = Math.floor(rest / kernel[axis]);
    }
    return source;
  }
}

/** The phase of an output, padding counted in; −1 where no entry of the kernel reaches it. */
function phaseAt(
  at: readonly number[],
  strides: readonly number[],
  rests: readonly ReadonlyMap<number, number>[],
): number {
  let phase = 0;
  for (let axis = 0; axis < at.length; axis++) {
    const number = rests[axis].get(at[axis] % strides[axis]);
    if (number === undefined) return -1;
    phase = phase * rests[axis].size + number;
  }
  return phase;
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
