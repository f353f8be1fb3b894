// The activations of a recurrent node, as ONNX names them, in our names.

import { type Activation, type ActivationName, resolveActivation } from "../../../../cells/activation.ts";
import { UnrolledError } from "../../../../errors.ts";
import type { Attributes } from "../../attributes.ts";

/** Our name of a function that ONNX names, and whether it has alpha and beta. */
interface Function {
  readonly name: ActivationName;
  readonly takes: 0 | 1 | 2;
}

const FUNCTIONS: Readonly<Record<string, Function>> = {
  tanh: { name: "tanh", takes: 0 },
  relu: { name: "relu", takes: 0 },
  sigmoid: { name: "sigmoid", takes: 0 },
  affine: { name: "affine", takes: 2 },
  leakyrelu: { name: "leaky-relu", takes: 1 },
  thresholdedrelu: { name: "thresholded-relu", takes: 1 },
  scaledtanh: { name: "scaled-tanh", takes: 2 },
  hardsigmoid: { name: "hard-sigmoid", takes: 2 },
  elu: { name: "elu", takes: 1 },
  softsign: { name: "softsign", takes: 0 },
  softplus: { name: "softplus", takes: 0 },
};

/** The activations of one direction. */
export interface Activations {
  readonly list: readonly Activation[];
}

/**
 * Reads activations, activation_alpha and activation_beta for each direction. Alphas and betas are used up in the order of those
 * functions that have them.
 */
export function activationsOf(
  attributes: Attributes,
  directions: number,
  defaults: readonly string[],
): Activations[] {
  const names = attributes.texts("activations") ?? Array.from({ length: directions }, () => defaults).flat();
  const alphas = (attributes.floats("activation_alpha") ?? []).values();
  const betas = (attributes.floats("activation_beta") ?? []).values();
  if (names.length !== directions * defaults.length) {
    throw new UnrolledError(
      "invalid-file",
      `attribute activations has ${names.length} names, needed ${directions * defaults.length}`,
    );
  }
  const functions = names.map((name) => {
    const known = Object.hasOwn(FUNCTIONS, name.toLowerCase()) ? FUNCTIONS[name.toLowerCase()] : undefined;
    if (!known) throw new UnrolledError("invalid-file", `activation "${name}" is not supported`);
    const alpha = known.takes > 0 ? alphas.next().value : undefined;
    const beta = known.takes > 1 ? betas.next().value : undefined;
    return activationOf(known.name, alpha, beta);
  });
  return Array.from({ length: directions }, (_, direction) => {
    return { list: functions.slice(direction * defaults.length, (direction + 1) * defaults.length) };
  });
}

/** By its name alone where it has the numbers that it has by default. */
function activationOf(name: ActivationName, alpha: number | undefined, beta: number | undefined): Activation {
  if (alpha === undefined && beta === undefined) return name;
  const activation = {
    name,
    ...(alpha === undefined ? {} : { alpha }),
    ...(beta === undefined ? {} : { beta }),
  };
  resolveActivation("activations", activation);
  return activation;
}
