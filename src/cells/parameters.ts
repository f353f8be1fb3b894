import type { CellShape, ParameterShape } from "./spec.ts";

/** What the parameters of a cell's products depend on. */
export interface GateParameters {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: "double" | "single" | "none";
  /** How many blocks of H there are. */
  readonly gates: number;
  /** P; H if not given, and no projection. */
  readonly projectionSize?: number | undefined;
  /** False for a cell whose products leave h out. */
  readonly readsH?: boolean;
}

/**
 * The parameters of a cell's products, in PyTorch's names and layout: `weight_ih` [G·H, I], `weight_hh` [G·H, P], `bias_ih` and
 * `bias_hh` [G·H], `weight_hr` [P, H].
 */
export function gateParameters(of: GateParameters): ParameterShape[] {
  const { inputSize, hiddenSize, bias, gates, projectionSize, readsH = true } = of;
  const width = gates * hiddenSize;
  const drawn = (key: string, name: string, shape: readonly number[]): ParameterShape => ({
    key,
    name,
    shape,
    begins: "drawn",
  });
  return [
    drawn("weightIh", "weight_ih", [width, inputSize]),
    ...(readsH ? [drawn("weightHh", "weight_hh", [width, projectionSize ?? hiddenSize])] : []),
    ...(bias === "none" ? [] : [drawn("biasIh", "bias_ih", [width])]),
    ...(bias === "double" && readsH ? [drawn("biasHh", "bias_hh", [width])] : []),
    ...(projectionSize === undefined ? [] : [drawn("weightHr", "weight_hr", [projectionSize, hiddenSize])]),
  ];
}

/** `weight_hh` and a suffix that tells layers and directions apart, `_l0_reverse` say: `weight_hh_l0_reverse`. */
export function parameterName({ name }: Pick<ParameterShape, "name">, suffix: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name + suffix : name.slice(0, dot) + suffix + name.slice(dot);
}

/** `_l0`, `_l1_reverse`: what tells the parameters of layers, and of the second of two directions, apart. */
export function suffixOf(layer: number, direction: number): string {
  return `_l${layer}${direction === 1 ? "_reverse" : ""}`;
}

/** The gates of a cell that are no state. */
export function gateNames({ gates, states }: CellShape): readonly string[] {
  return gates.filter((gate) => !states.some(({ name }) => name === gate));
}
