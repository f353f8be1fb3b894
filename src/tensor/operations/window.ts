import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import type { Device } from "../device.ts";
import { shapeText } from "../tensor.ts";
import { withTable } from "./table.ts";

/** How a kernel slides over the last one or two axes of x [B, C, T] or [B, C, height, width]: a number for each of these axes. */
export interface WindowOptions {
  /** Steps between two places; 1 if not given. */
  readonly strides?: readonly number[];
  /** Entries added around x: before each axis, then after each axis, as ONNX writes them; 0 if not given. */
  readonly pads?: readonly number[];
  /** Steps between two entries that a kernel reads; 1 if not given. */
  readonly dilations?: readonly number[];
}

/** The longest kernel, stride, dilation or pad: sums of a few of them are numbers that the kernels can hold. */
export const LONGEST = 2 ** 26;

/** A window over images; a sequence is an image of height 1. */
export interface Window {
  readonly images: number;
  readonly groups: number;
  /** Of one group. */
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Entries around an image: above and at the left, then below and at the right. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
  readonly out: readonly [number, number];
}

/** As two axes: a sequence is an image of height 1. */
export function twoAxes(numbers: readonly number[], missing: number): readonly [number, number] {
  return numbers.length === 1 ? [missing, numbers[0]] : [numbers[0], numbers[1]];
}

/** Strides, pads and dilations that are right for this many axes, or an error in the name of `call`. */
export function checkedWindow(
  call: string,
  axes: number,
  kernel: readonly number[],
  options: WindowOptions,
): Required<WindowOptions> {
  const ones = new Array<number>(axes).fill(1);
  const { strides = ones, dilations = ones, pads = [...ones, ...ones].fill(0) }: WindowOptions = options;
  const check = (name: string, numbers: readonly number[], length: number, least: number) => {
    if (numbers.length === length && numbers.every((each) => isWhole(each, least, LONGEST))) return;
    throw new UnrolledError("invalid-argument", {
      call,
      subject: name,
      got: shapeText(numbers),
      needed: `${length} whole numbers of at least ${least}`,
    });
  };
  check("kernel", kernel, axes, 1);
  check("strides", strides, axes, 1);
  check("dilations", dilations, axes, 1);
  check("pads", pads, 2 * axes, 0);
  return { strides, pads, dilations };
}

/** The number of axes that a window slides over: those of x beyond batch and channels, of which there must be one or two. */
export function spatialAxes(call: string, shape: readonly number[]): number {
  if (shape.length === 3 || shape.length === 4) return shape.length - 2;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `input has shape ${shapeText(shape)}, needed [B, C, T] or [B, C, height, width]`,
  });
}

/** The window of a kernel over x of a shape, with as many places as there is room for. */
export function windowOver(
  call: string,
  shape: readonly number[],
  groups: number,
  kernel: readonly number[],
  options: WindowOptions,
  roundUp = false,
): Window {
  const axes = spatialAxes(call, shape);
  const { strides, pads, dilations } = checkedWindow(call, axes, kernel, options);
  const out = kernel.map((length, axis) => {
    const room = shape[2 + axis] + pads[axis] + pads[axes + axis] - dilations[axis] * (length - 1) - 1;
    if (room < 0) {
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `a kernel of ${length} with dilation ${dilations[axis]} is longer than axis ${2 + axis} of input ${shapeText(shape)} with ${pads[axis]} + ${pads[axes + axis]} entries around it`,
      });
    }
    if (!roundUp) return Math.floor(room / strides[axis]) + 1;
    // The last place may hang over, but must not begin behind the input and what was added before it.
    const count = Math.ceil(room / strides[axis]) + 1;
    return (count - 1) * strides[axis] < shape[2 + axis] + pads[axis] ? count : count - 1;
  });
  return {
    images: shape[0],
    groups,
    channels: shape[1] / groups,
    size: twoAxes(shape.slice(2), 1),
    kernel: twoAxes(kernel, 1),
    strides: twoAxes(strides, 1),
    dilations: twoAxes(dilations, 1),
    before: twoAxes(pads.slice(0, axes), 0),
    after: twoAxes(pads.slice(axes), 0),
    out: twoAxes(out, 1),
  };
}

/**
 * The pads, as `WindowOptions` has them, with which a window has ⌈length / stride⌉ places along each axis. Where their number is odd,
 * the greater half stands at the end, or at the start.
 */
export function samePads(
  lengths: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  greater: "end" | "start" = "end",
): number[] {
  const all = lengths.map((length, axis) => {
    const last = (Math.ceil(length / strides[axis]) - 1) * strides[axis];
    return Math.max(0, last + dilations[axis] * (kernel[axis] - 1) + 1 - length);
  });
  const lesser = all.map((each) => Math.floor(each / 2));
  const rest = all.map((each, axis) => each - lesser[axis]);
  return greater === "end" ? [...lesser, ...rest] : [...rest, ...lesser];
}

/** Number of places of the window in an image. */
export function placesOf({ out }: Window): number {
  return out[0] * out[1];
}

/** Number of entries that a place of the window shows in a group of channels. */
export function patchOf({ channels, kernel }: Window): number {
  return channels * kernel[0] * kernel[1];
}

/** The numbers of a window in the heap, as the kernels `unfold` and `fold` read them, for the duration of a callback. */
export function withWindow(device: Device, window: Window, body: (offset: number) => void): void {
  const { images, groups, channels, size, kernel, strides, dilations, before, out } = window;
  const numbers = [images, groups, channels, ...size, ...kernel, ...strides, ...dilations, ...before, ...out];
  withTable(device, numbers, body);
}
