// DFT: X[k] = Σ x[n] exp(∓2πikn / N). STFT: the same of frames of a signal under a window. The last axis is 1 (real) or 2 (complex).
import { TYPES } from "../data-types.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, scalarOf, spanOf } from "../value.ts";

/** One transform: what it reads and writes, in float64. */
interface Transform {
  /** Entries that it sums over: N. */
  readonly length: number;
  /** exp(2πin / N) as cosines, then sines. */
  readonly circle: Float64Array;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Room for a transform of that length, taken from the run; `giveBack` the bytes after it. */
function transformOf(machine: Machine, length: number): Transform {
  machine.budget.take(bytesOf(length), () => `a transform of ${length} entries`);
  machine.budget.entries(4 * length);
  const circle = new Float64Array(2 * length);
  for (let n = 0; n < length; n++) {
    circle[n] = Math.cos((2 * Math.PI * n) / length);
    circle[length + n] = Math.sin((2 * Math.PI * n) / length);
  }
  return { length, circle, real: new Float64Array(length), imaginary: new Float64Array(length) };
}

function bytesOf(length: number): number {
  return 32 * length;
}

/** Σ over n of x[n] · exp(sign · 2πikn / N): real and imaginary parts for k below `bins`, `step` apart, times `factor`. */
function transform(
  { length, circle, real, imaginary }: Transform,
  sign: 1 | -1,
  factor: number,
  y: OnnxValue["data"],
  target: number,
  step: number,
  bins: number,
  isReal: boolean,
): void {
  for (let k = 0; k < bins; k++) {
    let [a, b] = [0, 0];
    for (let n = 0, at = 0; n < length; n++, at = (at + k) % length) {
      const cosine = circle[at];
      const sine = sign * circle[length + at];
      a += real[n] * cosine - imaginary[n] * sine;
      b += real[n] * sine + imaginary[n] * cosine;
    }
    y[target + k * step] = a * factor;
    if (!isReal) y[target + k * step + 1] = b * factor;
  }
}

function requireSignal(x: OnnxValue): number {
  const parts = x.dims[x.dims.length - 1];
  if (x.dims.length < 2 || (parts !== 1 && parts !== 2) || TYPES[x.type].kind !== "float") {
    throw problem(`x is ${describeValue(x)}, needed floating-point numbers with a last axis of 1 or 2`);
  }
  return parts;
}

/** The axis is an attribute before version 20 and an input since. With onesided 1 the inverse makes real numbers of half a spectrum. */
function prepareDFT({ attributes, machine, opset }: NodeContext): Action {
  const fixed = opset < 20 ? attributes.int("axis", 1) : -2;
  const inverse = attributes.flag("inverse");
  const oneSided = attributes.flag("onesided");
  return ([x, lengthValue, axisValue]) => {
    const parts = requireSignal(x!);
    const rank = x!.dims.length;
    const at = axisOf(axisValue ? scalarOf(axisValue, "axis") : fixed, rank);
    if (at === rank - 1) throw problem("the axis is that of real and imaginary parts");
    const given = x!.dims[at];
    const mirrors = inverse && oneSided;
    const length = lengthValue ? scalarOf(lengthValue, "dft_length") : mirrors ? 2 * (given - 1) : given;
    if (!(Number.isInteger(length) && length >= 1))
      throw problem(`dft_length is ${length}, needed 1 or more`);
    const bins = oneSided && !inverse ? Math.floor(length / 2) + 1 : length;
    const made = mirrors ? 1 : 2;
    const y = machine.make(
      x!.type,
      x!.dims.map((own, axis) => (axis === at ? bins : axis === rank - 1 ? made : own)),
    );
    const width = spanOf(x!.dims, at + 1, rank - 1);
    const rows = spanOf(x!.dims, 0, at) * width;
    machine.budget.multiplyPlainly(4 * rows * bins * length);
    const work = transformOf(machine, length);
    const { real, imaginary } = work;
    const read = Math.min(length, given);
    for (let row = 0; row < rows; row++) {
      const lead = Math.floor(row / width) * width;
      real.fill(0);
      imaginary.fill(0);
      for (let n = 0; n < read; n++) {
        const from = (lead * given + n * width + (row % width)) * parts;
        real[n] = x!.data[from];
        imaginary[n] = parts === 2 ? x!.data[from + 1] : 0;
      }
      if (mirrors) mirror(work);
      const target = (lead * bins + (row % width)) * made;
      transform(
        work,
        inverse ? 1 : -1,
        inverse ? 1 / length : 1,
        y.data,
        target,
        width * made,
        bins,
        mirrors,
      );
    }
    machine.budget.giveBack(bytesOf(length));
    return y;
  };
}

/** The second half of a spectrum of real numbers is the conjugate of the first. */
function mirror({ length, real, imaginary }: Transform): void {
  for (let n = Math.floor(length / 2) + 1; n < length; n++) {
    real[n] = real[length - n];
    imaginary[n] = -imaginary[length - n];
  }
}

/** signal [B, L, 1 or 2] → [B, frames, bins, 2]. */
function prepareSTFT({ attributes, machine }: NodeContext): Action {
  const oneSided = attributes.flag("onesided", 1);
  return ([x, stepValue, window, lengthValue]) => {
    const parts = requireSignal(x!);
    if (x!.dims.length !== 3) throw problem(`the signal is ${describeValue(x!)}, needed [B, L, 1 or 2]`);
    const [batch, samples] = x!.dims;
    const step = scalarOf(stepValue!, "frame_step");
    const length = lengthValue ? scalarOf(lengthValue, "frame_length") : (window?.data.length ?? samples);
    if (![step, length].every((own) => Number.isInteger(own) && own >= 1) || length > samples) {
      throw problem(`frames of ${length} every ${step} samples do not fit ${describeValue(x!)}`);
    }
    if (window && window.data.length !== length) {
      throw problem(`the window is ${describeValue(window)}, needed [${length}]`);
    }
    if (oneSided && parts === 2) throw problem("onesided is 1, needed a signal of real numbers");
    const frames = 1 + Math.floor((samples - length) / step);
    const bins = oneSided ? Math.floor(length / 2) + 1 : length;
    const y = machine.make(x!.type, [batch, frames, bins, 2]);
    machine.budget.multiplyPlainly(4 * batch * frames * bins * length);
    const work = transformOf(machine, length);
    for (let row = 0; row < batch * frames; row++) {
      const start = Math.floor(row / frames) * samples + (row % frames) * step;
      for (let n = 0; n < length; n++) {
        const weight = window ? window.data[n] : 1;
        work.real[n] = weight * x!.data[(start + n) * parts];
        work.imaginary[n] = parts === 2 ? weight * x!.data[(start + n) * parts + 1] : 0;
      }
      transform(work, -1, 1, y.data, row * bins * 2, 2, bins, false);
    }
    machine.budget.giveBack(bytesOf(length));
    return y;
  };
}

export const spectrumOperators: Readonly<Record<string, Operator>> = {
  DFT: { inputs: [1, 3], prepare: prepareDFT },
  STFT: { inputs: [2, 4], prepare: prepareSTFT },
};
