import { UnrolledError } from "../errors.ts";
import { MOST_LAYERS } from "../options/field-checks.ts";
import type { Cell } from "./cell.ts";
import { requireProbability, requireRoom, requireSize } from "./module.ts";
import { type RecurrentName, requireKnownOptions } from "./recurrent-fields.ts";
import type { LSTMOptions, RecurrentOptions } from "./recurrent-options.ts";

/** Options of all layers, and those that only some have. */
export type AnyOptions = RecurrentOptions & Pick<LSTMOptions, "projectionSize" | "forgetBias">;

/** For constructors: an error that names the option unless all of them can be had together. */
export function checkOptions(name: RecurrentName, cell: Cell, options: AnyOptions): void {
  const refuse = (option: string, value: unknown, needed: string): never => {
    throw new UnrolledError(
      "invalid-argument",
      `${name}: ${option} is ${typeof value === "string" ? `"${value}"` : value}, needed ${needed}`,
    );
  };
  const oneOf = (option: keyof AnyOptions, known: readonly string[]) => {
    const value = options[option];
    if (value !== undefined && !known.includes(value as string)) refuse(option, value, known.join(", "));
  };
  requireKnownOptions(name, options);
  const { inputSize, hiddenSize, numLayers = 1, projectionSize, zoneout = {} } = options;
  requireSize(name, "inputSize", inputSize);
  requireSize(name, "hiddenSize", hiddenSize);
  requireSize(name, "numLayers", numLayers);
  if (numLayers > MOST_LAYERS) refuse("numLayers", numLayers, `at most ${MOST_LAYERS}`);
  if (projectionSize !== undefined) requireSize(name, "projectionSize", projectionSize);
  oneOf("direction", ["forward", "reverse", "bidirectional"]);
  oneOf("merge", ["concat", "sum", "mean", "product"]);
  oneOf("bias", ["double", "single", "none"]);
  oneOf("initialState", ["zero", "learnt"]);
  requireProbability(name, "dropout", options.dropout ?? 0);
  requireProbability(name, "weightDrop", options.weightDrop ?? 0);
  requireProbability(name, "recurrentDropout", options.recurrentDropout ?? 0);
  requireProbability(name, "zoneout.h", zoneout.h ?? 0);
  requireProbability(name, "zoneout.c", zoneout.c ?? 0);
  if (zoneout.c && !cell.hasCellState) refuse("zoneout.c", zoneout.c, "0: this cell has no c");
  requireRoom(name, matrixNumbers(cell, options));
  const { weightNoise = 0, forgetBias, bias } = options;
  if (!(weightNoise >= 0 && weightNoise < Infinity))
    refuse("weightNoise", weightNoise, "a standard deviation of at least 0");
  if (forgetBias === undefined) return;
  if (!Number.isFinite(forgetBias)) refuse("forgetBias", forgetBias, "a finite number");
  if (bias === "none") refuse("forgetBias", forgetBias, "a layer with biases");
  if (cell.forgetBlock === undefined) refuse("forgetBias", forgetBias, "a forget gate of its own");
}

/** Numbers of the matrices of all layers and directions. */
function matrixNumbers(cell: Cell, options: AnyOptions): number {
  const { inputSize, hiddenSize, numLayers = 1, projectionSize = hiddenSize } = options;
  const directions = options.direction === "bidirectional" ? 2 : 1;
  const between = projectionSize * ((options.merge ?? "concat") === "concat" ? directions : 1);
  const inputs = inputSize + (numLayers - 1) * between;
  return directions * cell.gates * hiddenSize * (inputs + numLayers * projectionSize);
}

/** For constructors: an error unless a bound is a positive number, or not given. */
export function requireBound(call: string, argument: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === "number" && value > 0 && value < Infinity)) {
    throw new UnrolledError("invalid-argument", `${call}: ${argument} is ${value}, needed a bound above 0`);
  }
}
