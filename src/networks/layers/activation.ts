import { number, oneOf, quoted } from "../../options/field-checks.ts";
import { unaryOperations } from "../../tensor/operations/unary-operations.ts";
import { activate } from "../activate.ts";
import { type ActivationLayerName, alphaOf, entryFunctions, hasAlpha } from "../entry-functions.ts";
import { freshValue, type LayerKind, type LayerStep, type StepRoom } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import type { StepValue } from "../step-value.ts";
import { floats, type ValueShape } from "../value-shape.ts";

/** A function of each entry, or for softmax of rows along the last axis. */
export interface ActivationLayerConfig {
  readonly kind: "activation";
  readonly activation: ActivationLayerName;
  readonly alpha?: number;
}

/** All of them. */
export const activationNames: Readonly<Record<ActivationLayerName, true>> = {
  relu: true,
  "leaky-relu": true,
  elu: true,
  selu: true,
  gelu: true,
  silu: true,
  tanh: true,
  sigmoid: true,
  "hard-sigmoid": true,
  softplus: true,
  softsign: true,
  exponential: true,
  "clipped-relu": true,
  celu: true,
  "gelu-tanh": true,
  "hard-silu": true,
  "hard-tanh": true,
  "hard-shrink": true,
  "soft-shrink": true,
  "tanh-shrink": true,
  "log-sigmoid": true,
  mish: true,
  squareplus: true,
  "sparse-plus": true,
  softmax: true,
  "log-softmax": true,
};

export const activation: LayerKind<ActivationLayerConfig, undefined> = {
  fields: { needed: { activation: oneOf(...Object.keys(activationNames)) }, optional: { alpha: number } },

  problems: ({ activation: name, alpha }) =>
    alpha !== undefined && !hasAlpha(name) ? [`alpha is ${quoted(alpha)}, but ${quoted(name)} has none`] : [],

  isStepwise: true,

  shape: (_, [{ axes }]) => floats(axes),

  apply: ({ config, values: [value] }) =>
    changed(value, activate(value.tensor, config.activation, config.alpha)),

  streamProblem: ({ activation: name }, [{ axes }]) =>
    (name === "softmax" || name === "log-softmax") && axes[axes.length - 1] === "T"
      ? "needs to know the end of the stream"
      : undefined,

  step: (room, { config, read: [x], shapes, width }) =>
    stepOf(room, config, rowWidth(shapes[0], x), x, freshValue(room, width)),
};

/** Length of the last axis of a value. */
function rowWidth({ axes }: ValueShape, { width }: StepValue): number {
  const last = axes[axes.length - 1];
  return typeof last === "number" ? last : width;
}

/** Over rows of `rowWidth` entries. */
function stepOf(
  { device }: StepRoom,
  { activation, alpha: given }: ActivationLayerConfig,
  rowWidth: number,
  x: StepValue,
  value: StepValue,
): LayerStep {
  const { kernels, heap } = device;
  const byKernel = (operation: number): LayerStep => ({
    value,
    run: (rows) => kernels.unary(operation, x.at, value.at, rows * x.width),
  });
  switch (activation) {
    case "softmax":
    case "log-softmax": {
      const logarithm = activation === "softmax" ? 0 : 1;
      const each = x.width / rowWidth;
      return {
        value,
        run: (rows) => kernels.softmax({ x: x.at, y: value.at, m: rows * each, n: rowWidth, logarithm }),
      };
    }
    case "relu":
      return byKernel(unaryOperations.relu);
    case "tanh":
      return byKernel(unaryOperations.tanh);
    case "sigmoid":
      return byKernel(unaryOperations.logistic);
    case "exponential":
      return byKernel(unaryOperations.exp);
    default: {
      const { value: apply } = entryFunctions[activation];
      const alpha = alphaOf(activation, given);
      return {
        value,
        run: (rows) => {
          const numbers = heap.floats();
          const size = rows * x.width;
          for (let index = 0; index < size; index++)
            numbers[value.at + index] = apply(numbers[x.at + index], alpha);
        },
      };
    }
  }
}
