// Conv: y [N, M, …] from x [N, C, …] and W [M, C/groups, kernel]; any number of spatial axes. What lies under the kernel at each place
// becomes a row, and rows times Wᵀ are the outputs, place by place.
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { runsOnEngine } from "./matmul.ts";
import { copyIn, PackedMatrix, PlacedVector, withPacked } from "./product.ts";
import {
  outputSizes,
  visitWindow,
  type Window,
  windowAttributes,
  windowOver,
  windowSteps,
} from "./window.ts";

/** For each place and entry of the kernel where to read, kept while the sizes stay the same. */
interface Places {
  readonly key: string;
  readonly window: Window;
  readonly outputs: readonly number[];
  readonly count: number;
  readonly entries: number;
  /** [places, entries]; −1 is padding. Undefined where the places of one channel can be read by strides. */
  readonly sources: Int32Array | undefined;
}

function prepareConv(node: NodeContext): Action {
  const { machine } = node;
  const { device } = machine;
  const windowSettings = windowAttributes(node);
  const groups = node.attributes.int("group", 1);
  if (!(groups >= 1)) throw problem(`group is ${groups}, needed a whole number from 1`);
  const constant = node.constant(1);
  const packs =
    constant && constant.dims.length > 2 && constant.dims[0] >= groups && constant.dims[0] % groups === 0
      ? Array.from(
          { length: groups },
          (_, group) => new PackedMatrix(machine, weightsOf(constant, groups, group)),
        )
      : undefined;
  const constantBias = node.constant(2);
  const bias = constantBias && new PlacedVector(device, constantBias.data);
  let known: Places | undefined;
  if (packs) node.release(1);
  return ([x, w, b]) => {
    const { dims } = x!;
    const [batch, channels] = dims;
    const [filters, perGroup, ...kernel] = w!.dims;
    const sizes = dims.slice(2);
    const fits =
      runsOnEngine(x!.type) &&
      w!.type === x!.type &&
      dims.length === w!.dims.length &&
      dims.length > 2 &&
      channels === perGroup * groups &&
      perGroup > 0 &&
      filters % groups === 0;
    if (!fits)
      throw problem(
        `x is ${describeValue(x!)} and W ${describeValue(w!)} in ${groups} groups, which do not fit`,
      );
    if (b && b.data.length !== filters) throw problem(`B is ${describeValue(b)}, needed [${filters}]`);
    const key = `${sizes} ${kernel}`;
    if (known?.key !== key) {
      known = placesOf(machine, key, sizes, windowOver(windowSettings, sizes, kernel), perGroup);
    }
    const places = known;
    const y = machine.make(x!.type, [batch, filters, ...places.outputs]);
    if (y.data.length === 0) return y;
    const products = batch * groups;
    const perFilter = filters / groups;
    const width = perGroup * places.entries;
    const withBias = b && !bias ? b.data : undefined;
    const size = spanOf(sizes, 0, sizes.length);
    const rows = places.count;
    const rowRoom = places.sources ? rows * width : size;
    machine.budget.multiply(products, products * rows * width * perFilter);
    if (places.sources) machine.budget.entries(products * rows * width);
    machine.temporary(rowRoom + rows * perFilter, (place) => {
      for (let index = 0; index < products; index++) {
        const group = index % groups;
        const start = index * perGroup * size;
        if (places.sources)
          layRows(device.heap.floats(), place, x!.data, start, places.sources, perGroup, size, places);
        else copyIn(device, x!.data, start, size, place);
        const [aRow, aColumn] = places.sources
          ? [width, 1]
          : [places.window.strides[0], places.window.dilations[0]];
        const to = place + rowRoom;
        const biasPlace = bias ? bias.offset + group * perFilter : 0;
        const multiply = (panels: number) =>
          device.kernels.gemm({
            a: place,
            aRow,
            aCol: aColumn,
            packed: panels,
            bias: biasPlace,
            c: to,
            m: rows,
            n: perFilter,
            k: width,
          });
        if (packs) multiply(packs[group].offset);
        else withPacked(machine, weightsOf(w!, groups, group), multiply);
        const floats = device.heap.floats();
        const target = index * perFilter * rows;
        for (let filter = 0; filter < perFilter; filter++) {
          const added = withBias ? withBias[group * perFilter + filter] : 0;
          for (let row = 0; row < rows; row++) {
            y.data[target + filter * rows + row] = floats[to + row * perFilter + filter] + added;
          }
        }
      }
    });
    return y;
  };
}

/** The weights of one group as the right operand [C/groups · kernel, M/groups]. */
function weightsOf({ data, dims }: OnnxValue, groups: number, group: number) {
  const n = dims[0] / groups;
  const k = spanOf(dims, 1, dims.length);
  return { data, start: group * n * k, row: 1, column: k, k, n };
}

function placesOf(
  machine: Machine,
  key: string,
  sizes: readonly number[],
  window: Window,
  channels: number,
): Places {
  const outputs = outputSizes(sizes, window);
  const count = spanOf(outputs, 0, outputs.length);
  const entries = spanOf(window.kernel, 0, window.kernel.length);
  const places = { key, window, outputs, count, entries };
  if (channels === 1 && sizes.length === 1 && window.before[0] + window.after[0] === 0) {
    return { ...places, sources: undefined };
  }
  machine.budget.take(4 * count * entries, () => "a table of the places of a convolution");
  machine.budget.entries(windowSteps(outputs, window));
  const sources = new Int32Array(count * entries);
  visitWindow(sizes, outputs, window, (at, entry, from) => {
    sources[at * entries + entry] = from;
  });
  return { ...places, sources };
}

/** Lays out what is under the kernel: row by place, in each the channels one after the other. */
function layRows(
  heap: Float32Array | Float64Array,
  to: number,
  x: OnnxValue["data"],
  start: number,
  sources: Int32Array,
  channels: number,
  size: number,
  { count, entries }: Places,
): void {
  const width = channels * entries;
  for (let place = 0; place < count; place++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = start + channel * size;
      const row = to + place * width + channel * entries;
      for (let entry = 0; entry < entries; entry++) {
        const source = sources[place * entries + entry];
        heap[row + entry] = source < 0 ? 0 : x[from + source];
      }
    }
  }
}

export const convolutionOperators: Readonly<Record<string, Operator>> = {
  Conv: { inputs: [2, 3], folds: false, prepare: prepareConv },
};
