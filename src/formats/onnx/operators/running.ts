// CumSum, CumProd: sums and products of what came so far along an axis. ReverseSequence: each sequence of a batch backwards.
import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, problem, scalarOf, spanOf } from "../value.ts";
import { exact } from "./binary.ts";

function prepareCumulative({ attributes, machine, operator }: NodeContext): Action {
  const excludesOwn = attributes.flag("exclusive");
  const reverse = attributes.flag("reverse");
  const [none, join] =
    operator === "CumSum"
      ? ([0, (so: number, entry: number) => so + entry] as const)
      : ([1, (so: number, entry: number) => so * entry] as const);
  return ([x, axis]) => {
    const { dims, data, type } = x!;
    if (TYPES[type].kind === "bool") throw problem(`x is ${describeValue(x!)}, needed numbers`);
    const at = axisOf(scalarOf(axis!, "axis"), dims.length);
    const y = machine.make(type, dims);
    machine.budget.entries(y.data.length);
    const width = spanOf(dims, at + 1, dims.length);
    const length = dims[at];
    const rows = length === 0 ? 0 : y.data.length / length;
    const step = reverse ? -width : width;
    for (let row = 0; row < rows; row++) {
      const first = Math.floor(row / width) * width * length + (row % width);
      let place = reverse ? first + (length - 1) * width : first;
      let so: number = none;
      for (let index = 0; index < length; index++, place += step) {
        const next = join(so, data[place]);
        y.data[place] = excludesOwn ? so : next;
        so = next;
      }
    }
    return type === "int64" || type === "uint64" ? exact(y) : y;
  };
}

/** Of each sequence its first `length` steps in reverse, the rest as it is. */
function prepareReverseSequence({ attributes, machine }: NodeContext): Action {
  const batchAxis = attributes.int("batch_axis", 1);
  const timeAxis = attributes.int("time_axis", 0);
  if (!((batchAxis === 0 && timeAxis === 1) || (batchAxis === 1 && timeAxis === 0))) {
    throw problem(`batch_axis is ${batchAxis} and time_axis ${timeAxis}, needed 0 and 1 or 1 and 0`);
  }
  return ([x, sequenceLengths]) => {
    const { dims, data, type } = x!;
    if (dims.length < 2) throw problem(`x is ${describeValue(x!)}, needed two axes or more`);
    const [batch, time] = [dims[batchAxis], dims[timeAxis]];
    const lengths = sequenceLengths!.data;
    let fits = lengths.length === batch;
    for (let index = 0; index < lengths.length; index++) {
      fits &&= Number.isInteger(lengths[index]) && lengths[index] >= 0 && lengths[index] <= time;
    }
    if (!fits) {
      throw problem(
        `sequence_lens is ${describeValue(sequenceLengths!)}, needed ${batch} whole numbers from 0 to ${time}`,
      );
    }
    const y = machine.make(type, dims);
    const width = spanOf(dims, 2, dims.length);
    const [batchStride, timeStride] = batchAxis === 0 ? [time * width, width] : [width, batch * width];
    machine.budget.entries(width === 0 ? 0 : batch * time);
    for (let sequence = 0; sequence < batch && width > 0; sequence++) {
      for (let step = 0; step < time; step++) {
        const length = lengths[sequence];
        const from = sequence * batchStride + (step < length ? length - 1 - step : step) * timeStride;
        const to = sequence * batchStride + step * timeStride;
        for (let index = 0; index < width; index++) y.data[to + index] = data[from + index];
      }
    }
    return y;
  };
}

const cumulative: Operator = { inputs: [2, 2], prepare: prepareCumulative };

export const runningOperators: Readonly<Record<string, Operator>> = {
  CumSum: cumulative,
  CumProd: cumulative,
  ReverseSequence: { inputs: [2, 2], prepare: prepareReverseSequence },
};
