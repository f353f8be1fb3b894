// BatchNormalization (Ioffe & Szegedy 2015) with the statistics of training; LayerNormalization (Ba, Kiros & Hinton 2016).
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, spanOf } from "../value.ts";

/** y = (x − mean) / √(variance + epsilon) ∘ scale + bias, each of C entries, for x [N, C, …]. */
function prepareBatchNormalization({ attributes, machine, opset, wanted }: NodeContext): Action {
  const epsilon = attributes.float("epsilon", 1e-5);
  attributes.ignore("momentum");
  if (attributes.flag("training_mode") || [1, 2, 3, 4].some(wanted)) {
    throw problem("training_mode and outputs beyond the first are not supported, only running is");
  }
  if (opset < 7 && !attributes.flag("is_test")) throw problem("is_test 0 is not supported, only running is");
  if (!attributes.flag("spatial", 1)) throw problem("spatial 0 is not supported");
  return ([x, scale, bias, mean, variance]) => {
    const channels = x!.dims[1] ?? 1;
    for (const value of [scale!, bias!, mean!, variance!]) {
      if (value.data.length !== channels)
        throw problem(`a parameter is ${describeValue(value)}, needed [${channels}]`);
    }
    const y = machine.make(x!.type, x!.dims);
    const width = spanOf(x!.dims, 2, x!.dims.length);
    for (
      let start = 0, channel = 0;
      start < y.data.length;
      start += width, channel = (channel + 1) % channels
    ) {
      const factor = scale!.data[channel] / Math.sqrt(variance!.data[channel] + epsilon);
      const shift = bias!.data[channel] - mean!.data[channel] * factor;
      for (let index = start; index < start + width; index++) y.data[index] = x!.data[index] * factor + shift;
    }
    return y;
  };
}

/** y = (x − mean) / √(variance + epsilon) ∘ scale + bias, over the axes from `axis` on; mean and 1/√… are the other outputs. */
function prepareLayerNormalization(node: NodeContext): Action {
  const { attributes, machine } = node;
  const epsilon = attributes.float("epsilon", 1e-5);
  const axis = attributes.int("axis", -1);
  attributes.ignore("stash_type");
  return ([x, scale, bias]) => {
    const { dims, data } = x!;
    const at = axisOf(axis, dims.length);
    const width = spanOf(dims, at, dims.length);
    for (const value of [scale!, ...(bias ? [bias] : [])]) {
      if (width % Math.max(1, value.data.length) !== 0 || value.data.length > width) {
        throw problem(`a parameter is ${describeValue(value)}, needed ${width} numbers`);
      }
    }
    const y = machine.make(x!.type, dims);
    const statistics = dims.map((length, a) => (a < at ? length : 1));
    machine.budget.entries(4 * y.data.length);
    const means = machine.make(x!.type, statistics);
    const deviations = machine.make(x!.type, statistics);
    for (let row = 0; row < means.data.length && width > 0; row++) {
      const start = row * width;
      const { mean, factor } = statisticsOf(data, start, width, epsilon);
      means.data[row] = mean;
      deviations.data[row] = factor;
      for (let index = 0; index < width; index++) {
        y.data[start + index] =
          (data[start + index] - mean) * factor * repeated(scale!, index) +
          (bias ? repeated(bias, index) : 0);
      }
    }
    return [y, means, deviations];
  };
}

function repeated(value: OnnxValue, index: number): number {
  return value.data[index % value.data.length];
}

export function statisticsOf(data: OnnxValue["data"], start: number, width: number, epsilon: number) {
  let sum = 0;
  for (let index = start; index < start + width; index++) sum += data[index];
  const mean = sum / width;
  let squares = 0;
  for (let index = start; index < start + width; index++) squares += (data[index] - mean) ** 2;
  return { mean, factor: 1 / Math.sqrt(squares / width + epsilon) };
}

export const normalizationOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: { inputs: [5, 5], outputs: [1, 5], prepare: prepareBatchNormalization },
  LayerNormalization: { inputs: [2, 3], outputs: [1, 3], prepare: prepareLayerNormalization },
};
