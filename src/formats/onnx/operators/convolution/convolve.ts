// What Conv and ConvTranspose have in common. Outputs that read the same entries of the kernel are a phase: what lies under these
// entries becomes a row for each output, and rows times weights are the outputs. A convolution has one phase; a transposed one has as
// many as there are ways for its kernel to lie over the steps of its strides.
import type { OnnxData } from "../../data-types.ts";
import type { Machine } from "../../machine.ts";
import type { Action, NodeContext } from "../../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../../value.ts";
import { runsOnEngine } from "../matmul.ts";
import { copyIn, PackedMatrix } from "../product.ts";
import { convolveOnPlaces } from "./convolve-on-places.ts";

/** Outputs that read the same entries of the kernel. */
export interface Phase {
  /** Where they stand, row-major. */
  readonly outputs: Int32Array;
  /**
   * For each of them and each entry, where to read [outputs, entries]; −1 is padding. Or the strides by which rows are read where the
   * input stands: from output to output, and along a row.
   */
  readonly sources: Int32Array | readonly [row: number, column: number];
}

/** The phases of inputs of one size. */
export interface Phases {
  /** Spatial lengths of the output. */
  readonly lengths: readonly number[];
  readonly phases: readonly Phase[];
}

/** How a kernel lies on its inputs. */
export interface Laying {
  /** How many filters there are, and channels that each reads, from the shape of the weights. */
  counts(w: OnnxValue): Counts;
  /** Of the weights, as [filters, channels of a group, entries of the kernel]. */
  weights(w: OnnxValue): OnnxData;
  /** The entries of the kernel that each phase reads. */
  entries(kernel: readonly number[]): readonly (readonly number[])[];
  /** Their outputs, for an input of these spatial lengths. */
  phases(sizes: readonly number[], kernel: readonly number[], counts: Counts): Phases;
}

/** Filters, and channels that each of them reads. */
export interface Counts {
  readonly filters: number;
  readonly perGroup: number;
}

/** The weights of a phase [M, C/groups · entries], and packed for each group where a group has several filters. */
export interface PhaseWeights {
  readonly numbers: Float32Array;
  readonly width: number;
  readonly packs: readonly PackedMatrix[] | undefined;
}

/** Makes a node of x, W and perhaps B into an action. */
export function prepareConvolution(node: NodeContext, laying: Laying): Action {
  const { machine } = node;
  const groups = node.attributes.int("group", 1);
  if (!(groups >= 1)) throw problem(`group is ${groups}, needed a whole number from 1`);
  const prepared = (w: OnnxValue): readonly PhaseWeights[] => {
    const { filters, perGroup } = laying.counts(w);
    const numbers = laying.weights(w) as Float32Array;
    return laying
      .entries(w.dims.slice(2))
      .map((entries) => phaseWeights(machine, numbers, { filters, perGroup, groups }, entries));
  };
  const constant = node.constant(1);
  const known = constant && fits(constant, groups, laying) ? prepared(constant) : undefined;
  if (known) node.release(1);
  let last: { readonly key: string; readonly found: Phases } | undefined;
  return ([x, w, b]) => {
    const [batch, channels, ...sizes] = x!.dims;
    const isRight =
      runsOnEngine(x!.type) &&
      w!.type === x!.type &&
      x!.dims.length === w!.dims.length &&
      fits(w!, groups, laying) &&
      channels === laying.counts(w!).perGroup * groups;
    if (!isRight)
      throw problem(
        `x is ${describeValue(x!)} and W ${describeValue(w!)} in ${groups} groups, which do not fit`,
      );
    const { filters, perGroup } = laying.counts(w!);
    if (b && b.data.length !== filters) throw problem(`B is ${describeValue(b)}, needed [${filters}]`);
    const kernel = w!.dims.slice(2);
    const key = `${sizes} ${kernel}`;
    if (last?.key !== key)
      last = { key, found: laying.phases(sizes, kernel, { filters: filters / groups, perGroup }) };
    const { lengths, phases } = last.found;
    const y = machine.make(x!.type, [batch, filters, ...lengths]);
    if (y.data.length === 0) return y;
    const call = { x: x!, y, b, groups, perGroup, perFilter: filters / groups, batch };
    const size = { input: spanOf(sizes, 0, sizes.length), output: spanOf(lengths, 0, lengths.length) };
    if (known && size.input > 0) {
      const isDone = machine.onPlaces([x, b, y], (recording) =>
        convolveOnPlaces(recording, { ...call, size }, phases, known),
      );
      if (isDone) return y;
    }
    if (b) fillBias(y, b, size.output);
    if (size.input === 0) return y;
    const run = (weights: readonly PhaseWeights[]) => {
      phases.forEach((phase, index) => {
        runPhase(machine, { ...call, size }, phase, weights[index]);
      });
    };
    if (known) run(known);
    else machine.device.scope(() => run(prepared(w!)));
    return y;
  };
}

function fits(w: OnnxValue, groups: number, laying: Laying): boolean {
  if (w.dims.length < 3 || !runsOnEngine(w.type)) return false;
  const { filters, perGroup } = laying.counts(w);
  return perGroup > 0 && Number.isInteger(perGroup) && filters % groups === 0;
}

/** The weights of some entries of the kernel. */
function phaseWeights(
  machine: Machine,
  all: Float32Array,
  {
    filters,
    perGroup,
    groups,
  }: { readonly filters: number; readonly perGroup: number; readonly groups: number },
  entries: readonly number[],
): PhaseWeights {
  const kernel = all.length / (filters * perGroup || 1);
  const width = perGroup * entries.length;
  machine.budget.take(4 * filters * width, () => "the weights of a convolution");
  machine.budget.entries(filters * width);
  const numbers = new Float32Array(filters * width);
  for (let row = 0; row < filters * perGroup; row++)
    for (let index = 0; index < entries.length; index++)
      numbers[row * entries.length + index] = all[row * kernel + entries[index]];
  const n = filters / groups;
  const packs =
    n > 1
      ? Array.from(
          { length: groups },
          (_, group) =>
            new PackedMatrix(machine, {
              data: numbers,
              start: group * n * width,
              row: 1,
              column: width,
              k: width,
              n,
            }),
        )
      : undefined;
  return { numbers, width, packs };
}

/** A convolution in progress. */
export interface Call {
  readonly b: OnnxValue | undefined;
  readonly x: OnnxValue;
  /** With the bias in it. */
  readonly y: OnnxValue;
  readonly batch: number;
  readonly groups: number;
  readonly perGroup: number;
  readonly perFilter: number;
  /** Spatial entries. */
  readonly size: { readonly input: number; readonly output: number };
}

function fillBias({ data }: OnnxValue, bias: OnnxValue, size: number): void {
  for (let start = 0, filter = 0; start < data.length; start += size, filter++)
    data.fill(bias.data[filter % bias.data.length], start, start + size);
}

/** Adds a phase's products to its outputs. */
function runPhase(
  machine: Machine,
  call: Call,
  { outputs, sources }: Phase,
  { numbers, width, packs }: PhaseWeights,
): void {
  const { device, budget } = machine;
  const { x, y, batch, groups, perGroup, perFilter, size } = call;
  const products = batch * groups;
  const rows = outputs.length;
  const isTable = sources instanceof Int32Array;
  if (isTable) budget.entries(products * rows * width);
  const [from, to] = [x.data as Float32Array, y.data as Float32Array];
  if (isTable && !packs) {
    // Laying out a row would take as long as multiplying it by the one filter that reads it.
    for (let index = 0; index < products; index++) {
      const weights = { numbers, start: (index % groups) * width, channels: perGroup };
      addDots(
        from,
        index * perGroup * size.input,
        size.input,
        sources,
        weights,
        to,
        index * size.output,
        outputs,
      );
    }
    return;
  }
  budget.multiply(products, products * rows * width * perFilter);
  const rowRoom = isTable ? rows * width : perGroup * size.input;
  const [aRow, aCol] = isTable ? [width, 1] : sources;
  machine.temporary(rowRoom + rows * perFilter, (a) => {
    const c = a + rowRoom;
    for (let index = 0; index < products; index++) {
      const start = index * perGroup * size.input;
      if (isTable) layRows(device.heap.floats(), a, from, start, sources, perGroup, size.input, rows);
      else copyIn(device, from, start, rowRoom, a);
      const packed = packs![index % groups].offset;
      device.kernels.gemm({ a, aRow, aCol, packed, c, m: rows, n: perFilter, k: width });
      addRows(device.heap.floats(), c, to, index * perFilter * size.output, size.output, outputs, perFilter);
    }
  });
}

/** Lays out what is under the kernel: row by output, in each the channels one after the other. */
function layRows(
  heap: Float32Array | Float64Array,
  to: number,
  x: Float32Array,
  start: number,
  sources: Int32Array,
  channels: number,
  size: number,
  rows: number,
): void {
  const entries = sources.length / rows;
  for (let place = 0, row = to; place < sources.length; place += entries) {
    for (let from = start, channel = 0; channel < channels; channel++, from += size) {
      for (let entry = 0; entry < entries; entry++, row++) {
        const source = sources[place + entry];
        heap[row] = source < 0 ? 0 : x[from + source];
      }
    }
  }
}

/** y ← y + rows [outputs, filters], whose filters stand `size` entries apart in y. */
function addRows(
  heap: Float32Array | Float64Array,
  from: number,
  y: Float32Array,
  start: number,
  size: number,
  outputs: Int32Array,
  filters: number,
): void {
  for (let row = 0, at = from; row < outputs.length; row++) {
    for (let to = start + outputs[row], filter = 0; filter < filters; filter++, to += size)
      y[to] += heap[at++];
  }
}

/** y ← y + what is under the kernel times the weights of one filter. */
function addDots(
  x: Float32Array,
  from: number,
  size: number,
  sources: Int32Array,
  {
    numbers,
    start,
    channels,
  }: { readonly numbers: Float32Array; readonly start: number; readonly channels: number },
  y: Float32Array,
  to: number,
  outputs: Int32Array,
): void {
  const entries = sources.length / outputs.length;
  for (let row = 0; row < outputs.length; row++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const weights = start + channel * entries;
      for (let entry = 0; entry < entries; entry++) {
        const source = sources[row * entries + entry];
        if (source >= 0) sum += numbers[weights + entry] * x[from + channel * size + source];
      }
    }
    y[to + outputs[row]] += sum;
  }
}
