// InstanceNormalization (Ulyanov, Vedaldi & Lempitsky 2016), GroupNormalization (Wu & He 2018), RMSNormalization (Zhang & Sennrich
// 2019), LpNormalization, MeanVarianceNormalization.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, requireFloats, spanOf } from "../value.ts";
import { broadcastStrides, stridesOf, visitRows } from "./broadcast.ts";
import { statisticsOf } from "./normalization.ts";
import { plainAxes } from "./shapes.ts";

/** How often entries are read and written. */
const PASSES = 4;

/** y = (x − mean) / √(variance + epsilon) ∘ scale + bias over groups of channels, each by itself: x [N, C, …]. */
function prepareGroups(node: NodeContext): Action {
  const { attributes, machine, operator, opset } = node;
  const epsilon = attributes.float("epsilon", 1e-5);
  const isInstance = operator === "InstanceNormalization";
  const fixed = isInstance ? 0 : attributes.int("num_groups", 0);
  attributes.ignore("stash_type");
  return ([x, scale, bias]) => {
    requireFloats(x, scale, bias);
    const { dims, data } = x!;
    const channels = dims[1];
    const groups = isInstance ? channels : fixed;
    if (dims.length < 2 || !(groups >= 1 || channels === 0) || channels % groups !== 0) {
      throw problem(`x is ${describeValue(x!)}, which has no channels for ${groups} groups`);
    }
    // Up to version 20 each group had one scale and bias.
    const parameters = !isInstance && opset < 21 ? groups : channels;
    for (const value of [scale!, bias!]) {
      if (value.data.length !== parameters) {
        throw problem(`a parameter is ${describeValue(value)}, needed [${parameters}]`);
      }
    }
    const y = machine.make(x!.type, dims);
    machine.budget.entries(PASSES * data.length);
    const span = spanOf(dims, 2, dims.length);
    const width = span * (channels / groups);
    for (let start = 0; start < data.length; start += width) {
      const { mean, factor } = statisticsOf(data, start, width, epsilon);
      for (let index = start; index < start + width; index++) {
        const at = Math.floor(index / (parameters === channels ? span : width)) % parameters;
        y.data[index] = (data[index] - mean) * factor * scale!.data[at] + bias!.data[at];
      }
    }
    return y;
  };
}

/** y = x / √(mean of x² + epsilon) ∘ scale over the axes from `axis` on. */
function prepareRootMeanSquare({ attributes, machine }: NodeContext): Action {
  const epsilon = attributes.float("epsilon", 1e-5);
  const axis = attributes.int("axis", -1);
  attributes.ignore("stash_type");
  return ([x, scale]) => {
    requireFloats(x, scale);
    const { dims, data } = x!;
    const at = axisOf(axis, dims.length);
    const width = spanOf(dims, at, dims.length);
    const missing = dims.length - scale!.dims.length;
    if (missing < 0 || scale!.dims.some((length, a) => length !== 1 && length !== dims[a + missing])) {
      throw problem(`scale is ${describeValue(scale!)}, which does not fit ${describeValue(x!)}`);
    }
    const y = machine.make(x!.type, dims);
    machine.budget.entries(PASSES * data.length);
    for (let start = 0; start < data.length; start += width) {
      let squares = 0;
      for (let index = start; index < start + width; index++) squares += data[index] ** 2;
      const factor = 1 / Math.sqrt(squares / width + epsilon);
      for (let index = start; index < start + width; index++) y.data[index] = data[index] * factor;
    }
    visitRows(dims, [broadcastStrides(scale!.dims, dims)], (target, length, [from], [step]) => {
      for (let index = 0; index < length; index++) y.data[target + index] *= scale!.data[from + index * step];
    });
    return y;
  };
}

/** y = x / ‖x‖ along an axis, of its absolute values (p 1) or of its squares (p 2); 0 where the norm is. */
function prepareLpNormalization({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", -1);
  const p = attributes.int("p", 2);
  if (p !== 1 && p !== 2) throw problem(`attribute p is ${p}, needed 1 or 2`);
  return ([x]) =>
    alongAxes(x!, new Set([axisOf(axis, x!.dims.length)]), machine, (entries) => {
      let sum = 0;
      for (const entry of entries) sum += p === 1 ? Math.abs(entry) : entry * entry;
      const norm = p === 1 ? sum : Math.sqrt(sum);
      return { mean: 0, factor: norm === 0 ? 0 : 1 / norm };
    });
}

/** y = (x − mean) / deviation over some axes. */
function prepareMeanVariance({ attributes, machine }: NodeContext): Action {
  const axes = attributes.ints("axes") ?? [0, 2, 3];
  return ([x]) =>
    alongAxes(x!, plainAxes(axes, x!.dims.length), machine, (entries) => {
      const { mean, factor } = statisticsOf(entries, 0, entries.length, 0);
      return { mean, factor: 1 / (1 / factor + 1e-9) };
    });
}

/** y ← (x − mean) · factor, both found of all entries along some axes together. */
function alongAxes(
  x: OnnxValue,
  axes: ReadonlySet<number>,
  machine: NodeContext["machine"],
  find: (entries: Float64Array) => { readonly mean: number; readonly factor: number },
): OnnxValue {
  requireFloats(x);
  const y = machine.make(x.type, x.dims);
  if (y.data.length === 0) return y;
  machine.budget.entries(PASSES * y.data.length);
  const strides = stridesOf(x.dims);
  const places = x.dims.map((_, axis) => axis);
  const [kept, inner] = [places.filter((axis) => !axes.has(axis)), places.filter((axis) => axes.has(axis))];
  const dimsOf = (list: readonly number[]) => list.map((axis) => x.dims[axis]);
  const stridesAlong = (list: readonly number[]) => [list.map((axis) => strides[axis])];
  const innerDims = dimsOf(inner);
  const bytes = 8 * spanOf(innerDims, 0, innerDims.length);
  machine.budget.take(bytes, () => "room to normalise in");
  const entries = new Float64Array(bytes / 8);
  const gather = (target: number, length: number, [from]: readonly number[], [step]: readonly number[]) => {
    for (let index = 0; index < length; index++) entries[target + index] = x.data[from + index * step];
  };
  visitRows(dimsOf(kept), stridesAlong(kept), (_, length, [from], [step]) => {
    for (let index = 0; index < length; index++) {
      const start = from + index * step;
      visitRows(innerDims, stridesAlong(inner), gather, [start]);
      const { mean, factor } = find(entries);
      visitRows(
        innerDims,
        stridesAlong(inner),
        (place, count, [to], [stride]) => {
          for (let entry = 0; entry < count; entry++) {
            y.data[to + entry * stride] = (entries[place + entry] - mean) * factor;
          }
        },
        [start],
      );
    }
  });
  machine.budget.giveBack(bytes);
  return y;
}

export const groupNormalizationOperators: Readonly<Record<string, Operator>> = {
  InstanceNormalization: { inputs: [3, 3], prepare: prepareGroups },
  GroupNormalization: { inputs: [3, 3], prepare: prepareGroups },
  RMSNormalization: { inputs: [2, 2], prepare: prepareRootMeanSquare },
  LpNormalization: { inputs: [1, 1], prepare: prepareLpNormalization },
  MeanVarianceNormalization: { inputs: [1, 1], prepare: prepareMeanVariance },
};
