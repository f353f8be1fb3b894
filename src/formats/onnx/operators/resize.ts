// Resize: entries between those that there are, axis by axis, since every mode is a weighted sum along each axis by itself.
//   y[i] = Σ_k w[i, k]·x[at[i, k]]     with the place in x by coordinate_transformation_mode, and w by mode
import type { Attributes } from "../attributes.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, listOf, type OnnxValue, problem, requireFloats, spanOf } from "../value.ts";

const COORDINATES = [
  ...(["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel"] as const),
  ...(["align_corners", "asymmetric", "tf_crop_and_resize"] as const),
];
const ROUNDINGS = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] as const;
const POLICIES = ["stretch", "not_larger", "not_smaller"] as const;

interface Settings {
  readonly coordinates: (typeof COORDINATES)[number];
  readonly mode: "nearest" | "linear" | "cubic";
  readonly rounding: (typeof ROUNDINGS)[number];
  readonly cubic: number;
  readonly excludesOutside: boolean;
  readonly outside: number;
  readonly antialias: boolean;
}

/** One axis: its lengths, the scale between them, and the part of it that is shown, from 0 to 1. */
interface Axis {
  readonly size: number;
  readonly outputs: number;
  readonly scale: number;
  readonly from: number;
  readonly to: number;
}

/** What each output of an axis sums up, in rows of `taps`; a row of a negative place is outside. */
interface Taps {
  readonly taps: number;
  readonly at: Int32Array;
  readonly weights: Float64Array;
}

function settingsOf(attributes: Attributes): Settings {
  return {
    coordinates: attributes.choice("coordinate_transformation_mode", COORDINATES, "half_pixel"),
    mode: attributes.choice("mode", ["nearest", "linear", "cubic"], "nearest"),
    rounding: attributes.choice("nearest_mode", ROUNDINGS, "round_prefer_floor"),
    cubic: attributes.float("cubic_coeff_a", -0.75),
    excludesOutside: attributes.flag("exclude_outside"),
    outside: attributes.float("extrapolation_value", 0),
    antialias: attributes.flag("antialias"),
  };
}

function prepareResize({ attributes, machine, opset }: NodeContext): Action {
  const given = settingsOf(attributes);
  // Version 10 knew one place of an output in its input.
  const settings =
    opset < 11 ? { ...given, coordinates: "asymmetric" as const, rounding: "floor" as const } : given;
  const policy: (typeof POLICIES)[number] = attributes.choice(
    "keep_aspect_ratio_policy",
    POLICIES,
    "stretch",
  );
  const named = attributes.ints("axes");
  return (inputs) => {
    const [x, roi, scales, sizes] = opset < 11 ? [inputs[0], undefined, inputs[1], undefined] : inputs;
    if (settings.mode !== "nearest") requireFloats(x);
    const rank = x!.dims.length;
    const axes = (named ?? x!.dims.map((_, axis) => axis)).map((axis) => axisOf(axis, rank));
    const asked = axes.map((axis, at) => {
      const part = settings.coordinates === "tf_crop_and_resize" ? partOf(roi, at, axes.length) : [0, 1];
      return { axis, size: x!.dims[axis], from: part[0], to: part[1] };
    });
    const lengths = lengthsOf(asked, scales, sizes, policy);
    let y = x!;
    for (const [at, { axis, ...own }] of asked.entries()) {
      const isSame =
        lengths[at].outputs === own.size && lengths[at].scale === 1 && own.from === 0 && own.to === 1;
      if (isSame) continue;
      const taps = tapsOf(machine, { ...own, ...lengths[at] }, settings);
      y = resized(machine, y, axis, taps, settings.outside);
    }
    return y;
  };
}

function partOf(roi: OnnxValue | undefined, at: number, count: number): readonly [number, number] {
  if (roi?.data.length !== 2 * count)
    throw problem(`roi is ${roi ? describeValue(roi) : "missing"}, needed ${2 * count} numbers`);
  return [roi.data[at], roi.data[count + at]];
}

/** Lengths of the outputs and the scales that they mean. */
function lengthsOf(
  asked: readonly { readonly size: number; readonly from: number; readonly to: number }[],
  scales: OnnxValue | undefined,
  sizes: OnnxValue | undefined,
  policy: (typeof POLICIES)[number],
): readonly { readonly outputs: number; readonly scale: number }[] {
  const given = scales && scales.data.length > 0 ? scales : sizes;
  if (given?.data.length !== asked.length)
    throw problem(
      `scales or sizes are ${given ? describeValue(given) : "missing"}, needed ${asked.length} numbers, one for each axis`,
    );
  const numbers = listOf(given, "scales or sizes");
  for (const number of numbers)
    if (!(number > 0 && number < 2 ** 31))
      throw problem(`scales or sizes have ${number}, needed numbers above 0`);
  if (given === scales) {
    return asked.map(({ size, from, to }, at) => ({
      outputs: Math.max(0, Math.floor(size * (to - from) * numbers[at])),
      scale: numbers[at],
    }));
  }
  if (policy === "stretch")
    return asked.map(({ size }, at) => ({ outputs: numbers[at], scale: numbers[at] / size }));
  const ratios = asked.map(({ size }, at) => numbers[at] / size);
  const scale = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  return asked.map(({ size }) => ({ outputs: Math.floor(scale * size + 0.5), scale }));
}

/** Where an output lies in the input. */
function placeOf(
  index: number,
  { size, outputs, scale, from, to }: Axis,
  coordinates: Settings["coordinates"],
): number {
  const exact = scale * size;
  switch (coordinates) {
    case "asymmetric":
      return index / scale;
    case "align_corners":
      return exact === 1 ? 0 : (index * (size - 1)) / (exact - 1);
    case "tf_crop_and_resize":
      return outputs > 1
        ? from * (size - 1) + (index * (to - from) * (size - 1)) / (outputs - 1)
        : ((from + to) * (size - 1)) / 2;
    case "pytorch_half_pixel":
      return exact === 1 ? -0.5 : (index + 0.5) / scale - 0.5;
    case "half_pixel_symmetric":
      return (size / 2) * (1 - outputs / exact) + (index + 0.5) / scale - 0.5;
    default:
      return (index + 0.5) / scale - 0.5;
  }
}

function tapsOf(machine: Machine, axis: Axis, settings: Settings): Taps {
  const { size, outputs, scale } = axis;
  const { mode, coordinates, antialias, excludesOutside } = settings;
  // With antialiasing a smaller output sums over as many entries as it stands for.
  const stretch = antialias && mode !== "nearest" ? Math.max(1, 1 / scale) : 1;
  const reach = mode === "nearest" ? 0 : Math.ceil((mode === "cubic" ? 2 : 1) * stretch);
  const taps = mode === "nearest" ? 1 : 2 * reach;
  if (outputs === 0 || size === 0) return { taps: 1, at: new Int32Array(0), weights: new Float64Array(0) };
  machine.budget.take(12 * outputs * taps, () => "what a resized axis sums up");
  machine.budget.entries(outputs * taps);
  const at = new Int32Array(outputs * taps);
  const weights = new Float64Array(outputs * taps);
  for (let index = 0; index < outputs; index++) {
    const place = placeOf(index, axis, coordinates);
    if (coordinates === "tf_crop_and_resize" && (place < 0 || place > size - 1)) {
      at.fill(-1, index * taps, (index + 1) * taps);
      continue;
    }
    if (mode === "nearest") {
      at[index] = Math.min(size - 1, Math.max(0, rounded(place, settings.rounding)));
      weights[index] = 1;
      continue;
    }
    const first = Math.floor(place) - reach + 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const entry = first + tap;
      const isOutside = excludesOutside && (entry < 0 || entry >= size);
      const distance = Math.abs(place - entry) / stretch;
      const weight = isOutside
        ? 0
        : mode === "cubic"
          ? cubic(distance, settings.cubic)
          : Math.max(0, 1 - distance);
      at[index * taps + tap] = Math.min(size - 1, Math.max(0, entry));
      weights[index * taps + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[index * taps + tap] /= sum;
  }
  return { taps, at, weights };
}

function rounded(place: number, rounding: Settings["rounding"]): number {
  if (rounding === "floor") return Math.floor(place);
  if (rounding === "ceil") return Math.ceil(place);
  return rounding === "round_prefer_ceil" ? Math.floor(place + 0.5) : Math.ceil(place - 0.5);
}

/** The cubic convolution kernel at a distance (Keys 1981). */
function cubic(x: number, a: number): number {
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

function resized(
  machine: Machine,
  x: OnnxValue,
  axis: number,
  { taps, at, weights }: Taps,
  outside: number,
): OnnxValue {
  const outputs = at.length / taps;
  const y = machine.make(
    x.type,
    x.dims.map((length, each) => (each === axis ? outputs : length)),
  );
  const [before, after] = [spanOf(x.dims, 0, axis), spanOf(x.dims, axis + 1, x.dims.length)];
  const size = x.dims[axis];
  machine.budget.entries(taps * (outputs + y.data.length));
  for (let outer = 0; outer < before; outer++) {
    for (let index = 0; index < outputs; index++) {
      for (let inner = 0; inner < after; inner++) {
        let sum = at[index * taps] < 0 ? outside : 0;
        if (at[index * taps] >= 0)
          for (let tap = 0; tap < taps; tap++)
            sum +=
              weights[index * taps + tap] * x.data[(outer * size + at[index * taps + tap]) * after + inner];
        y.data[(outer * outputs + index) * after + inner] = sum;
      }
    }
  }
  return y;
}

export const resizeOperators: Readonly<Record<string, Operator>> = {
  // What Resize was called up to version 9.
  Upsample: { inputs: [2, 2], folds: false, prepare: prepareResize },
  Resize: { inputs: [1, 4], folds: false, prepare: prepareResize },
};
