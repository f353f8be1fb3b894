// The activations of a recurrent node, as ONNX names them, as the triples [code, alpha, beta] that gate kernels read.
import { UnrolledError } from "../../../../errors.ts";
import type { Attributes } from "../../attributes.ts";

/** A function's number in the kernels, and its alpha and beta where it has them, with their defaults. */
interface Function {
  readonly code: number;
  readonly alpha?: number;
  readonly beta?: number;
}

const FUNCTIONS: Readonly<Record<string, Function>> = {
  tanh: { code: 0 },
  relu: { code: 1 },
  sigmoid: { code: 2 },
  affine: { code: 3, alpha: 1, beta: 0 },
  leakyrelu: { code: 4, alpha: 0.01 },
  thresholdedrelu: { code: 5, alpha: 1 },
  scaledtanh: { code: 6, alpha: 1, beta: 1 },
  hardsigmoid: { code: 7, alpha: 0.2, beta: 0.5 },
  elu: { code: 8, alpha: 1 },
  softsign: { code: 9 },
  softplus: { code: 10 },
};

export const TANH = FUNCTIONS.tanh.code;
export const RELU = FUNCTIONS.relu.code;

/** The activations of one direction. */
export interface Activations {
  readonly codes: readonly number[];
  /** [code, alpha, beta] of each. */
  readonly triples: readonly number[];
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
    const known = FUNCTIONS[name.toLowerCase()];
    if (!known) throw new UnrolledError("invalid-file", `activation "${name}" is not supported`);
    const { code, alpha, beta } = known;
    return [
      code,
      alpha === undefined ? 0 : (alphas.next().value ?? alpha),
      beta === undefined ? 0 : (betas.next().value ?? beta),
    ];
  });
  return Array.from({ length: directions }, (_, direction) => {
    const own = functions.slice(direction * defaults.length, (direction + 1) * defaults.length);
    return { codes: own.map(([code]) => code), triples: own.flat() };
  });
}
