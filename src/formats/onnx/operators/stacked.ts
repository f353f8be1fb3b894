import type { Machine } from "../machine.ts";
import { axisOf, describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import type { ValueInfo } from "../value-info.ts";

/** Values of one shape put together along a new axis; in reverse if asked for. None at all make an empty value of what the graph says. */
export function stacked(
  machine: Machine,
  values: readonly OnnxValue[],
  axis: number,
  reverse: boolean,
  info: ValueInfo | undefined,
): OnnxValue {
  const [first] = values;
  if (!first) {
    const lengths = (info?.dims ?? []).map((length) => (typeof length === "number" ? length : 0));
    return machine.make(info?.type ?? "float32", [0, ...lengths]);
  }
  const at = axisOf(axis, first.dims.length + 1);
  const y = machine.make(first.type, [...first.dims.slice(0, at), values.length, ...first.dims.slice(at)]);
  const outer = y.data.length === 0 ? 0 : spanOf(first.dims, 0, at);
  const width = spanOf(first.dims, at, first.dims.length);
  values.forEach((value, index) => {
    if (value.type !== first.type || value.dims.join() !== first.dims.join()) {
      throw problem(`${describeValue(first)} and ${describeValue(value)} of two steps cannot be stacked`);
    }
    const place = reverse ? values.length - 1 - index : index;
    for (let row = 0; row < outer; row++) {
      const to = (row * values.length + place) * width;
      for (let entry = 0; entry < width; entry++) y.data[to + entry] = value.data[row * width + entry];
    }
  });
  return y;
}

/** One slice along an axis, without that axis. */
export function sliceAt(machine: Machine, value: OnnxValue, axis: number, place: number): OnnxValue {
  const dims = value.dims.filter((_, a) => a !== axis);
  const y = machine.make(value.type, dims);
  const length = value.dims[axis];
  const outer = y.data.length === 0 ? 0 : spanOf(value.dims, 0, axis);
  const width = spanOf(value.dims, axis + 1, value.dims.length);
  for (let row = 0; row < outer; row++) {
    const from = (row * length + place) * width;
    for (let entry = 0; entry < width; entry++) y.data[row * width + entry] = value.data[from + entry];
  }
  return y;
}
