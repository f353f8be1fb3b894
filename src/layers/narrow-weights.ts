import { UnrolledError } from "../errors.ts";
import type { Module, Parameter } from "../module/module.ts";
import { namesMatching } from "../module/name-patterns.ts";
import { narrowMatrix } from "../tensor/narrow-down.ts";
import type { NarrowPrecision } from "../tensor/storage.ts";

/**
 * Stores a model's weights in fewer bits from now on, for inference: as IEEE 754 halves, or as bytes with a scale for each row,
 * max |row| / 127. Products widen them on their way and take their sums in float32. These are the matrices whose names begin with
 * `weight`; biases and the rest stay float32. Their float32 numbers are given up, so they are frozen: training such a model is an error.
 *
 * @param patterns which parameters, written as for `freeze`; all if not given
 * @throws UnrolledError "not-finite" for a weight that the precision cannot hold, "invalid-argument" for a pattern that matches nothing
 */
export function narrowWeights<Model extends Module>(
  model: Model,
  precision: NarrowPrecision,
  patterns?: readonly string[],
): Model {
  if (precision !== "float16" && precision !== "int8") {
    throw new UnrolledError("invalid-argument", {
      call: "narrowWeights",
      subject: "precision",
      got: `"${precision}"`,
      needed: "float16 or int8",
    });
  }
  const named = model.namedParameters();
  const chosen = patterns ? namesMatching("narrowWeights", patterns, [...named.keys()]) : named.keys();
  for (const name of chosen) {
    const parameter = named.get(name)!;
    if (isWeightMatrix(name, parameter)) narrowParameter(parameter, precision);
  }
  return model;
}

/** Stores one weight matrix in fewer bits: its own numbers or others, with the scales of its rows where they are known. */
export function narrowParameter(
  parameter: Parameter,
  precision: NarrowPrecision,
  stored: { readonly scales?: Float32Array | undefined; readonly numbers?: Float32Array } = {},
): void {
  const { narrow } = parameter.storage;
  if (narrow?.precision === precision) return;
  if (narrow) {
    throw new UnrolledError("invalid-argument", {
      call: "narrowWeights",
      problem: `a weight is stored as ${narrow.precision} already, and its float32 numbers are gone`,
    });
  }
  narrowMatrix(parameter, precision, stored);
  parameter.frozen = true;
  parameter.zeroGrad();
}

/** Whether products read a parameter, as far as its name and shape tell. */
export function isWeightMatrix(name: string, { shape }: Parameter): boolean {
  return shape.length === 2 && /(^|\.)weight[^.]*$/.test(name);
}
