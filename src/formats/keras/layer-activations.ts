// Keras' activation functions by name: as a layer, and as a function of a recurrent layer's gates.

import type { Activation } from "../../cells/activation.ts";
import type { ActivationLayerName, LayerConfig } from "../../networks/config.ts";
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";

/** A function and its slope or scale, where it has one. */
export interface LayerActivation {
  readonly activation: ActivationLayerName;
  readonly alpha?: number;
}

/** The hard sigmoid of Keras 2 and TensorFlow.js is 0.2x + 0.5, that of Keras 3 x / 6 + 0.5. */
export function hardSigmoidSlope(kerasVersion: string): number {
  return /^3\./.test(kerasVersion) ? 1 / 6 : 0.2;
}

type FunctionReader<Result> = (fields: KerasFields, slope: number) => Result;

/** A function without numbers. */
const plain =
  (activation: ActivationLayerName): FunctionReader<LayerActivation> =>
  () => ({ activation });

/** Functions of layers by Keras' names; undefined for the one that does nothing. */
const LAYER_FUNCTIONS: Readonly<Record<string, FunctionReader<LayerActivation | undefined>>> = {
  linear: () => undefined,
  relu: reluOf,
  relu6: () => ({ activation: "clipped-relu", alpha: 6 }),
  leaky_relu: (fields) => ({ activation: "leaky-relu", alpha: negativeSlope(fields, 0.2) }),
  elu: (fields) => ({ activation: "elu", alpha: fields.number("alpha", 1) }),
  celu: (fields) => ({ activation: "celu", alpha: fields.number("alpha", 1) }),
  selu: plain("selu"),
  // Keras' function is exact unless told otherwise.
  gelu: (fields) => ({ activation: fields.flag("approximate", false) ? "gelu-tanh" : "gelu" }),
  silu: plain("silu"),
  swish: plain("silu"),
  hard_silu: plain("hard-silu"),
  hard_swish: plain("hard-silu"),
  mish: plain("mish"),
  tanh: plain("tanh"),
  hard_tanh: plain("hard-tanh"),
  tanh_shrink: plain("tanh-shrink"),
  hard_shrink: (fields) => ({ activation: "hard-shrink", alpha: fields.number("threshold", 0.5) }),
  soft_shrink: (fields) => ({ activation: "soft-shrink", alpha: fields.number("threshold", 0.5) }),
  sigmoid: plain("sigmoid"),
  hard_sigmoid: (_, slope) => ({ activation: "hard-sigmoid", alpha: slope }),
  sparse_sigmoid: () => ({ activation: "hard-sigmoid", alpha: 0.5 }),
  log_sigmoid: plain("log-sigmoid"),
  softplus: plain("softplus"),
  sparse_plus: plain("sparse-plus"),
  squareplus: (fields) => ({ activation: "squareplus", alpha: fields.number("b", 4) }),
  softsign: plain("softsign"),
  exponential: plain("exponential"),
  softmax: (fields) => {
    fields.only("axis", -1);
    return { activation: "softmax" };
  },
  log_softmax: plain("log-softmax"),
};
/** It halves the width, and is thus no function of each entry. */
const GATED_LINEAR = "glu";

/** Functions of gates by Keras' names. */
const GATE_FUNCTIONS: Readonly<Record<string, FunctionReader<Activation>>> = {
  linear: () => ({ name: "affine", alpha: 1, beta: 0 }),
  tanh: () => "tanh",
  sigmoid: () => "sigmoid",
  hard_sigmoid: (_, slope) => ({ name: "hard-sigmoid", alpha: slope, beta: 0.5 }),
  relu: () => "relu",
  leaky_relu: (fields) => ({ name: "leaky-relu", alpha: negativeSlope(fields, 0.2) }),
  elu: (fields) => ({ name: "elu", alpha: fields.number("alpha", 1) }),
  softsign: () => "softsign",
  softplus: () => "softplus",
};

/** Keras' names of the functions that are read: at the end of layers, and of gates. */
export const KERAS_FUNCTIONS = {
  layers: [...Object.keys(LAYER_FUNCTIONS), GATED_LINEAR],
  gates: Object.keys(GATE_FUNCTIONS),
};

/** A function that a layer applies at its end; undefined for none. */
export function layerActivation(value: unknown, slope: number): LayerActivation | undefined {
  const { name, fields } = named(value);
  const read = Object.hasOwn(LAYER_FUNCTIONS, name) ? LAYER_FUNCTIONS[name] : undefined;
  if (!read) throw new KerasProblem(`activation is ${shown(value)}, which is not read`);
  return read(fields, slope);
}

/** A function of a gate. */
export function gateActivation(value: unknown, slope: number): Activation {
  const { name, fields } = named(value);
  const read = Object.hasOwn(GATE_FUNCTIONS, name) ? GATE_FUNCTIONS[name] : undefined;
  if (!read) throw new KerasProblem(`a gate's activation is ${shown(value)}, which is not read`);
  return read(fields, slope);
}

/** The layers of a function that is nothing else: ReLU, LeakyReLU, ELU, Softmax, …; `rank` is that of its input, if it is known. */
export function activationOfClass(
  className: string,
  fields: KerasFields,
  rank: number | undefined,
): readonly LayerConfig[] {
  const layer = (activation: LayerActivation): LayerConfig => ({ kind: "activation", ...activation });
  switch (className) {
    case "ReLU": {
      const most = fields.get("max_value");
      if (most === undefined || fields.number("negative_slope", 0) === 0) return [layer(reluOf(fields))];
      // min(y, m) = m − relu(m − y)
      const turned = { kind: "scale", factor: -1, offset: fields.number("max_value", 0) } as const;
      const open = new KerasFields({ ...fields.values, max_value: undefined });
      return [layer(reluOf(open)), turned, layer({ activation: "relu" }), turned];
    }
    case "LeakyReLU":
      return [layer({ activation: "leaky-relu", alpha: negativeSlope(fields, 0.3) })];
    case "ELU":
      return [layer({ activation: "elu", alpha: fields.number("alpha", 1) })];
    case "Softmax":
      requireLastAxis(fields, rank);
      return [layer({ activation: "softmax" })];
    default:
      throw new KerasProblem("its class is not read");
  }
}

/** A plain ReLU, one that is cut off above, or one whose negative side has a slope. */
function reluOf(fields: KerasFields): LayerActivation {
  fields.only("threshold", 0);
  const slope = fields.number("negative_slope", 0);
  const most = fields.get("max_value");
  if (most === undefined)
    return slope === 0 ? { activation: "relu" } : { activation: "leaky-relu", alpha: slope };
  if (slope !== 0) throw new KerasProblem("max_value and negative_slope together are read of a layer only");
  return { activation: "clipped-relu", alpha: fields.number("max_value", 0) };
}

/** Whether a function is glu, which halves the width and is thus no function of each entry. */
export function isGatedLinear(value: unknown): boolean {
  return (
    value === GATED_LINEAR ||
    (isRecord(value) && value.class_name === "function" && value.config === GATED_LINEAR)
  );
}

function negativeSlope(fields: KerasFields, otherwise: number): number {
  return fields.number("negative_slope", fields.number("alpha", otherwise));
}

/** The axis as Keras writes it, a number or a list of one. */
export function requireLastAxis(fields: KerasFields, rank: number | undefined): void {
  const axis = fields.get("axis") ?? -1;
  const only = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  if (only !== -1 && rank !== undefined && only !== rank - 1)
    throw new KerasProblem(`axis is ${shown(axis)}, but only the last one is read`);
}

/** "tanh", or { class_name: "ReLU", config: { negative_slope: 0.1 } }. */
function named(value: unknown): { readonly name: string; readonly fields: KerasFields } {
  if (value === undefined || value === null) return { name: "linear", fields: new KerasFields({}) };
  if (typeof value === "string") return { name: value, fields: new KerasFields({}) };
  if (isRecord(value) && typeof value.class_name === "string") {
    // A function is written with its own name as the configuration.
    if (value.class_name === "function" && typeof value.config === "string")
      return { name: value.config, fields: new KerasFields({}) };
    const names: Readonly<Record<string, string>> = { ReLU: "relu", LeakyReLU: "leaky_relu", ELU: "elu" };
    const name = Object.hasOwn(names, value.class_name) ? names[value.class_name] : value.class_name;
    // The layer's default differs from the function's.
    const { alpha = 0.3, ...config } = isRecord(value.config) ? value.config : {};
    const isLeaky = value.class_name === "LeakyReLU";
    return { name, fields: new KerasFields(isLeaky ? { alpha, ...config } : (value.config ?? {})) };
  }
  throw new KerasProblem(`activation is ${shown(value)}, needed a name`);
}
