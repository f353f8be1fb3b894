import { axisNumber } from "../../options/field-checks.ts";
import { concat as concatenate } from "../../tensor/operations/shapes.ts";
import type { Axis } from "../config.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { sharedSteps } from "../mask.ts";
import { isWalked } from "../step-value.ts";
import { axesText, differ, floats, mismatch, type ShapeProblem, type ValueShape } from "../value-shape.ts";

/** Several values one behind the other along an axis, which may be counted from the end. */
export interface ConcatLayerConfig {
  readonly kind: "concat";
  readonly axis: number;
}

export const concat: LayerKind<ConcatLayerConfig, undefined> = {
  fields: { needed: { axis: axisNumber } },
  inputs: [2, Infinity],

  shape: ({ axis }, inputs, name) => joined(name, axis, inputs),

  apply({ config: { axis }, values }) {
    const tensors = values.map(({ tensor }) => tensor);
    const along = axis < 0 ? tensors[0].shape.length + axis : axis;
    const tensor = concatenate(tensors, axis);
    return { value: along < 2 ? { tensor } : { ...sharedSteps(values), tensor } };
  },

  streamProblem({ axis }, [{ axes }]) {
    const along = axis < 0 ? axes.length + axis : axis;
    return isWalked(axes[along]) ? `joins along ${axes[along]}` : undefined;
  },

  step(room, { config, read, shapes, width: made }) {
    const { kernels } = room.device;
    const value = freshValue(room, made);
    const each = rowsBefore(shapes[0].axes, config.axis);
    const width = value.width / each;
    const run = (rows: number) => {
      let start = value.at;
      for (const part of read) {
        const own = part.width / each;
        kernels.copyRows({ x: part.at, y: start, yRow: width, m: rows * each, n: own });
        start += own;
      }
    };
    return { value, run };
  },
};

function joined(name: string, axis: number, inputs: readonly ValueShape[]): ValueShape | ShapeProblem {
  const [first, ...others] = inputs.map(({ axes }) => axes);
  const along = axis < 0 ? first.length + axis : axis;
  if (!(along >= 0 && along < first.length))
    return { problem: `joins along axis ${axis}, which ${axesText(first)} does not have` };
  for (const other of others) {
    if (
      other.length !== first.length ||
      other.some((length, at) => at !== along && differ(length, first[at]))
    )
      return mismatch(other, `${axesText(first)} but for axis ${along}`);
  }
  let total: Axis = 0;
  for (const { axes } of inputs) {
    const length = axes[along];
    total = typeof total === "number" && typeof length === "number" ? total + length : `${name}.N`;
  }
  return floats(first.map((length, at) => (at === along ? total : length)));
}

/** Entries of a step in front of an axis: how many rows are joined. */
function rowsBefore(axes: readonly Axis[], axis: number): number {
  const along = axis < 0 ? axes.length + axis : axis;
  let rows = 1;
  for (const length of axes.slice(0, along)) if (!isWalked(length)) rows *= length as number;
  return rows;
}
