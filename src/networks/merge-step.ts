import type { Axis, LayerConfig } from "./config.ts";
import type { LayerStep, StepRoom } from "./layer-step.ts";
import { isWalked, type StepValue } from "./step-value.ts";
import type { ValueShape } from "./value-shape.ts";

const ADD = 0;
const MULTIPLY = 2;

/** The step of a layer that combines several values. */
export function mergeStep(
  { device, batch }: StepRoom,
  config: Extract<LayerConfig, { readonly kind: "add" | "multiply" | "average" | "concat" }>,
  read: readonly StepValue[],
  shapes: readonly ValueShape[],
  value: StepValue,
): LayerStep {
  const { kernels } = device;
  if (config.kind === "concat") {
    const rows = batch * rowsBefore(shapes[0].axes, config.axis);
    const width = (batch * value.width) / rows;
    return {
      value,
      run: () => {
        let start = value.at;
        for (const part of read) {
          const own = (batch * part.width) / rows;
          kernels.copyRows(part.at, own, start, width, rows, own, 0);
          start += own;
        }
      },
    };
  }
  const operation = config.kind === "multiply" ? MULTIPLY : ADD;
  const [first, ...others] = read;
  const size = batch * value.width;
  return {
    value,
    run: () => {
      let sum = first.at;
      for (const other of others) {
        kernels.binary(operation, sum, 0, 1, other.at, 0, 1, value.at, 1, size);
        sum = value.at;
      }
      if (config.kind === "average") kernels.scale(value.at, 1 / read.length, size);
    },
  };
}

/** Entries of a step in front of an axis: how many rows are joined. */
function rowsBefore(axes: readonly Axis[], axis: number): number {
  const along = axis < 0 ? axes.length + axis : axis;
  let rows = 1;
  for (const length of axes.slice(0, along)) if (!isWalked(length)) rows *= length as number;
  return rows;
}
