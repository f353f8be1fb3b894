import { scaled } from "../tensor/operations/arithmetic.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Axis } from "./config.ts";
import { freshValue, type LayerKind } from "./layer-kind.ts";
import { sharedSteps } from "./mask.ts";
import { stepWidth } from "./step-value.ts";
import { axesText, differ, floats, mismatch, type ShapeProblem, type ValueShape } from "./value-shape.ts";

/** How several values become one, entry by entry. */
export interface Combination {
  /** Of two tensors. */
  readonly of: (a: Tensor, b: Tensor) => Tensor;
  /** The number by which kernels know it. */
  readonly operation: number;
  /** What the whole of so many values is multiplied by; nothing if not given. */
  readonly share?: (count: number) => number;
}

/** Operations as kernels number them. */
export const ADD = 0;
export const MULTIPLY = 2;

/** The kind of a layer that combines values entry by entry. */
export function combined<Config>({ of, operation, share }: Combination): LayerKind<Config, undefined> {
  return {
    fields: { needed: {} },
    inputs: [2, Infinity],

    shape: (_, inputs) => broadcast(inputs),

    apply({ values }) {
      const all = values.map(({ tensor }) => tensor).reduce((a, b) => of(a, b));
      return { value: { ...sharedSteps(values), tensor: share ? scaled(all, share(values.length)) : all } };
    },

    streamProblem(_, read) {
      if (read.some((shape) => stepWidth(shape) !== stepWidth(read[0])))
        return "combines values of different widths";
      const overTime = read.filter(({ axes }) => axes.includes("T")).length;
      return overTime === 0 || overTime === read.length
        ? undefined
        : "combines steps with what is known at the end of the stream";
    },

    step(room, { read, width }) {
      const { kernels } = room.device;
      const value = freshValue(room, width);
      const [first, ...others] = read;
      const scale = share?.(read.length);
      const run = (rows: number) => {
        const size = rows * width;
        let sum = first.at;
        for (const other of others) {
          kernels.binary({ operation, a: sum, b: other.at, y: value.at, n: size });
          sum = value.at;
        }
        if (scale !== undefined) kernels.scale(value.at, scale, size);
      };
      return { value, run };
    },
  };
}

/** The shape of values that are combined entry by entry; a length of 1 is repeated. */
function broadcast(inputs: readonly ValueShape[]): ValueShape | ShapeProblem {
  const [first, ...others] = inputs.map(({ axes }) => axes);
  let axes = first;
  for (const other of others) {
    if (other.length !== axes.length || other.some((length, at) => cannotMeet(length, axes[at])))
      return mismatch(other, `the shape ${axesText(axes)} of the values before it`);
    axes = axes.map((length, at) => met(length, other[at]));
  }
  return floats(axes);
}

function cannotMeet(a: Axis, b: Axis): boolean {
  return differ(a, b) && a !== 1 && b !== 1;
}

/** The length that two which can meet have together. */
function met(a: Axis, b: Axis): Axis {
  if (a === 1) return b;
  return typeof a === "string" && typeof b === "number" && b !== 1 ? b : a;
}
