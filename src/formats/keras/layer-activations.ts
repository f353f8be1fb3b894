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

/** A function that a layer applies at its end; undefined for none. */
export function layerActivation(value: unknown, slope: number): LayerActivation | undefined {
  const { name, fields } = named(value);
  switch (name) {
    case "linear":
      return undefined;
    case "relu":
      return reluOf(fields);
    case "leaky_relu":
      return { activation: "leaky-relu", alpha: negativeSlope(fields, 0.2) };
    case "elu":
      return { activation: "elu", alpha: fields.number("alpha", 1) };
    case "hard_sigmoid":
      return { activation: "hard-sigmoid", alpha: slope };
    case "swish":
    case "silu":
      return { activation: "silu" };
    case "gelu":
      // Keras' function is exact unless told otherwise.
      return { activation: fields.flag("approximate", false) ? "gelu-tanh" : "gelu" };
    case "relu6":
      return { activation: "clipped-relu", alpha: 6 };
    case "celu":
      return { activation: "celu", alpha: fields.number("alpha", 1) };
    case "hard_silu":
    case "hard_swish":
      return { activation: "hard-silu" };
    case "hard_shrink":
      return { activation: "hard-shrink", alpha: fields.number("threshold", 0.5) };
    case "soft_shrink":
      return { activation: "soft-shrink", alpha: fields.number("threshold", 0.5) };
    case "squareplus":
      return { activation: "squareplus", alpha: fields.number("b", 4) };
    case "sparse_sigmoid":
      return { activation: "hard-sigmoid", alpha: 0.5 };
    case "hard_tanh":
      return { activation: "hard-tanh" };
    case "tanh_shrink":
      return { activation: "tanh-shrink" };
    case "log_sigmoid":
      return { activation: "log-sigmoid" };
    case "sparse_plus":
      return { activation: "sparse-plus" };
    case "log_softmax":
      return { activation: "log-softmax" };
    case "softmax":
      fields.only("axis", -1);
      return { activation: "softmax" };
    case "selu":
    case "tanh":
    case "sigmoid":
    case "softplus":
    case "softsign":
    case "exponential":
    case "mish":
      return { activation: name };
    default:
      throw new KerasProblem(`activation is ${shown(value)}, which is not read`);
  }
}

/** A function of a gate. */
export function gateActivation(value: unknown, slope: number): Activation {
  const { name, fields } = named(value);
  switch (name) {
    case "linear":
      return { name: "affine", alpha: 1, beta: 0 };
    case "hard_sigmoid":
      return { name: "hard-sigmoid", alpha: slope, beta: 0.5 };
    case "leaky_relu":
      return { name: "leaky-relu", alpha: negativeSlope(fields, 0.2) };
    case "elu":
      return { name: "elu", alpha: fields.number("alpha", 1) };
    case "tanh":
    case "sigmoid":
    case "relu":
    case "softsign":
    case "softplus":
      return name;
    default:
      throw new KerasProblem(`a gate's activation is ${shown(value)}, which is not read`);
  }
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
  return value === "glu" || (isRecord(value) && value.class_name === "function" && value.config === "glu");
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
