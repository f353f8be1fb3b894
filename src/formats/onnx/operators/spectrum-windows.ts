// HannWindow, HammingWindow, BlackmanWindow; MelWeightMatrix: what spectra of sound are taken with.
import { nameOfNumber, type OnnxType, TYPES, typeOfNumber } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { problem, scalarOf } from "../value.ts";

/** Σ (−1)ᵏ a[k] cos(2πkn / N), by name. */
const WINDOWS: Readonly<Record<string, readonly number[]>> = {
  HannWindow: [0.5, 0.5],
  HammingWindow: [25 / 46, 21 / 46],
  BlackmanWindow: [0.42, 0.5, 0.08],
};

function outputType({ attributes }: NodeContext): OnnxType {
  const number = attributes.int("output_datatype", 1);
  const type = typeOfNumber(number);
  if (!type) throw problem(`attribute output_datatype is ${nameOfNumber(number)}, which is not supported`);
  return type;
}

/** A periodic window of N entries; one that is not has its last period at N − 1. */
function prepareWindow(node: NodeContext): Action {
  const { machine, operator } = node;
  const factors = WINDOWS[operator];
  const type = outputType(node);
  const periodic = node.attributes.flag("periodic", 1);
  return ([size]) => {
    const length = scalarOf(size!, "size");
    const y = machine.make(type, [length]);
    machine.budget.entries(factors.length * length);
    const period = periodic ? length : length - 1;
    for (let n = 0; n < length; n++) {
      let sum = 0;
      factors.forEach((factor, k) => {
        sum +=
          (k % 2 === 0 ? factor : -factor) * (period === 0 ? 1 : Math.cos((2 * Math.PI * k * n) / period));
      });
      y.data[n] = TYPES[type].kind === "float" ? sum : Math.trunc(sum);
    }
    return y;
  };
}

const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1);

/** Triangles over the bins of a spectrum, evenly spaced in mel: [bins, mels]. */
function prepareMelWeightMatrix(node: NodeContext): Action {
  const { machine } = node;
  const type = outputType(node);
  return (inputs) => {
    const [mels, length, rate, lowest, highest] = inputs.map((value) => scalarOf(value!, "an input"));
    const bins = Math.floor(length / 2) + 1;
    const y = machine.make(type, [bins, mels]);
    const step = (melOf(highest) - melOf(lowest)) / (mels + 2);
    const edge = (index: number) => Math.floor(((length + 1) * hertzOf(melOf(lowest) + index * step)) / rate);
    if (y.data.length > 0 && !(edge(0) >= 0 && edge(mels + 1) <= bins)) {
      throw problem(
        `the edges are ${lowest} and ${highest} Hz, needed such as ${rate} samples a second hold`,
      );
    }
    for (let mel = 0; mel < mels; mel++) {
      const [lower, center, higher] = [edge(mel), edge(mel + 1), edge(mel + 2)];
      if (center === lower) y.data[center * mels + mel] = 1;
      else {
        for (let bin = lower; bin <= center; bin++) {
          y.data[bin * mels + mel] = (bin - lower) / (center - lower);
        }
      }
      for (let bin = center; bin < higher; bin++) {
        y.data[bin * mels + mel] = (higher - bin) / (higher - center);
      }
    }
    return y;
  };
}

const window: Operator = { inputs: [1, 1], prepare: prepareWindow };

export const spectrumWindowOperators: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.keys(WINDOWS).map((name) => [name, window])),
  MelWeightMatrix: { inputs: [5, 5], prepare: prepareMelWeightMatrix },
};
