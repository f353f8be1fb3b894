// Conv: y [N, M, …] from x [N, C, …] and W [M, C/groups, kernel]; any number of spatial axes.
import type { Machine } from "../../machine.ts";
import type { Operator } from "../../operator.ts";
import { spanOf } from "../../value.ts";
import {
  outputSizes,
  visitWindow,
  type Window,
  windowAttributes,
  windowOver,
  windowSteps,
} from "../window.ts";
import { type Phases, prepareConvolution } from "./convolve.ts";

function placesOf(
  machine: Machine,
  sizes: readonly number[],
  window: Window,
  isOne: boolean,
  hasFilters: boolean,
): Phases {
  const lengths = outputSizes(sizes, window);
  const count = spanOf(lengths, 0, lengths.length);
  const entries = spanOf(window.kernel, 0, window.kernel.length);
  machine.budget.take(4 * count, () => "the places of a convolution");
  machine.budget.entries(count);
  const outputs = new Int32Array(count);
  for (let place = 0; place < count; place++) outputs[place] = place;
  const pads = [...window.before, ...window.after].some((pad) => pad > 0);
  if (hasFilters && !pads) {
    // Rows can be read where the input stands: of one channel along one axis, and where the kernel is a single entry.
    if (isOne && sizes.length === 1)
      return { lengths, phases: [{ outputs, sources: [window.strides[0], window.dilations[0]] }] };
    if (entries === 1 && window.strides.every((stride) => stride === 1))
      return { lengths, phases: [{ outputs, sources: [1, count] }] };
  }
  machine.budget.take(4 * count * entries, () => "a table of the places of a convolution");
  machine.budget.entries(windowSteps(lengths, window));
  const sources = new Int32Array(count * entries);
  visitWindow(sizes, lengths, window, (at, entry, from) => {
    sources[at * entries + entry] = from;
  });
  return { lengths, phases: [{ outputs, sources }] };
}

export const convolutionOperators: Readonly<Record<string, Operator>> = {
  Conv: {
    inputs: [2, 3],
    folds: false,
    prepare(node) {
      const settings = windowAttributes(node);
      return prepareConvolution(node, {
        counts: ({ dims }) => ({ filters: dims[0], perGroup: dims[1] }),
        weights: ({ data }) => data,
        entries: (kernel) => [Array.from({ length: spanOf(kernel, 0, kernel.length) }, (_, entry) => entry)],
        phases: (sizes, kernel, { filters, perGroup }) =>
          placesOf(node.machine, sizes, windowOver(settings, sizes, kernel), perGroup === 1, filters > 1),
      });
    },
  },
};
