// The places that a kernel is laid on: sizes, strides, dilations and padding of a convolution or a pooling.
import type { NodeContext } from "../operator.ts";
import { problem } from "../value.ts";

/** The attributes that say how a kernel moves, one entry for each spatial axis; undefined where they are not given. */
export interface WindowAttributes {
  readonly kernel: readonly number[] | undefined;
  readonly strides: readonly number[] | undefined;
  readonly dilations: readonly number[] | undefined;
  readonly pads: readonly number[] | undefined;
  readonly autoPad: "NOTSET" | "SAME_UPPER" | "SAME_LOWER" | "VALID";
}

/** Whether the last place along an axis may reach beyond the padding, as pooling's ceil_mode has it. */
export type WindowEnd = "inside" | "beyond";

/** A place along an axis is found by divisions. */
const STEPS_PER_AXIS = 4;

/** A kernel over an input, checked. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding in front of each axis, and behind it. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export function windowAttributes({ attributes }: NodeContext): WindowAttributes {
  return {
    kernel: attributes.ints("kernel_shape"),
    strides: attributes.ints("strides"),
    dilations: attributes.ints("dilations"),
    pads: attributes.ints("pads"),
    autoPad: attributes.choice("auto_pad", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"], "NOTSET"),
  };
}

/** Brings attributes and the sizes of an input together; `spans` of a transposed convolution are worked out by itself. */
export function windowOver(
  attributes: WindowAttributes,
  sizes: readonly number[],
  kernel: readonly number[],
): Window {
  const axes = sizes.length;
  const strides = attributes.strides ?? sizes.map(() => 1);
  const dilations = attributes.dilations ?? sizes.map(() => 1);
  const pads = attributes.pads ?? new Array<number>(2 * axes).fill(0);
  const positive = (list: readonly number[]) =>
    list.length === axes &&
    list.every((entry) => Number.isSafeInteger(entry) && entry > 0 && entry < 2 ** 31);
  if (!positive(kernel))
    throw problem(`the kernel is [${kernel.join(", ")}], needed ${axes} whole numbers from 1`);
  if (attributes.kernel && attributes.kernel.join() !== kernel.join()) {
    throw problem(
      `kernel_shape is [${attributes.kernel.join(", ")}], the weights have [${kernel.join(", ")}]`,
    );
  }
  if (!positive(strides) || !positive(dilations)) {
    throw problem(
      `strides [${strides.join(", ")}] and dilations [${dilations.join(", ")}] must be ${axes} whole numbers from 1`,
    );
  }
  if (pads.length !== 2 * axes || pads.some((pad) => !(pad >= 0 && pad < 2 ** 31))) {
    throw problem(`pads are [${pads.join(", ")}], needed ${2 * axes} whole numbers from 0`);
  }
  const { autoPad } = attributes;
  if (autoPad === "NOTSET")
    return { kernel, strides, dilations, before: pads.slice(0, axes), after: pads.slice(axes) };
  const total = sizes.map((size, axis) => {
    if (autoPad === "VALID") return 0;
    const outputs = Math.ceil(size / strides[axis]);
    return Math.max(0, (outputs - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - size);
  });
  const less = total.map((pad) => Math.floor(pad / 2));
  const more = total.map((pad) => Math.ceil(pad / 2));
  return {
    kernel,
    strides,
    dilations,
    before: autoPad === "SAME_LOWER" ? more : less,
    after: autoPad === "SAME_LOWER" ? less : more,
  };
}

/** How many places there are along each axis. */
export function outputSizes(sizes: readonly number[], window: Window, end: WindowEnd = "inside"): number[] {
  return sizes.map((size, axis) => {
    const stride = window.strides[axis];
    const reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    const room = size + window.before[axis] + window.after[axis] - reach;
    if (end === "inside") return room < 0 ? 0 : Math.floor(room / stride) + 1;
    const places = Math.ceil(room / stride) + 1;
    // A last place that begins behind the entries has none of them.
    return Math.max(0, (places - 1) * stride >= size + window.before[axis] ? places - 1 : places);
  });
}

/** Steps of the loops that `visitWindow` makes. */
export function windowSteps(outputs: readonly number[], { kernel }: Window): number {
  const size = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);
  return STEPS_PER_AXIS * kernel.length * size(outputs) * size(kernel);
}

/**
 * For each place (row-major) and each entry of the kernel (row-major) the entry of the input under it, or −1 where that is padding.
 * Visits them in that order.
 */
export function visitWindow(
  sizes: readonly number[],
  outputs: readonly number[],
  { kernel, strides, dilations, before }: Window,
  visit: (place: number, entry: number, at: number) => void,
): void {
  const axes = sizes.length;
  const places = outputs.reduce((size, length) => size * length, 1);
  const entries = kernel.reduce((size, length) => size * length, 1);
  for (let place = 0; place < places; place++) {
    for (let entry = 0; entry < entries; entry++) {
      let at = 0;
      let stride = 1;
      let restPlace = place;
      let restEntry = entry;
      for (let axis = axes - 1; axis >= 0 && at >= 0; axis--) {
        const position =
          (restPlace % outputs[axis]) * strides[axis] +
          (restEntry % kernel[axis]) * dilations[axis] -
          before[axis];
        restPlace = Math.floor(restPlace / outputs[axis]);
        restEntry = Math.floor(restEntry / kernel[axis]);
        at = position < 0 || position >= sizes[axis] ? -1 : at + position * stride;
        stride *= sizes[axis];
      }
      visit(place, entry, at);
    }
  }
}
