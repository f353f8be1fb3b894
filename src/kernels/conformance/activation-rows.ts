import { sums } from "./cell-step.ts";
import type { Stage } from "./stage.ts";

/** An activation by its triple, and whether its results have bounds, so that huge sums may enter it. */
export interface ActivationRow {
  readonly name: string;
  readonly triple: readonly [code: number, alpha: number, beta: number];
  readonly bounded: boolean;
}

/** Every activation, with numbers of its own where it has any. */
export const activationRows: readonly ActivationRow[] = [
  { name: "tanh", triple: [0, 0, 0], bounded: true },
  { name: "relu", triple: [1, 0, 0], bounded: false },
  { name: "sigmoid", triple: [2, 0, 0], bounded: true },
  { name: "affine", triple: [3, -0.75, 0.25], bounded: false },
  { name: "leaky relu", triple: [4, 0.125, 0], bounded: false },
  { name: "thresholded relu", triple: [5, 0.5, 0], bounded: false },
  { name: "scaled tanh", triple: [6, 1.75, 0.625], bounded: true },
  { name: "hard sigmoid", triple: [7, 0.25, 0.5], bounded: true },
  { name: "elu", triple: [8, 0.75, 0], bounded: false },
  { name: "softsign", triple: [9, 0, 0], bounded: true },
  { name: "softplus", triple: [10, 0, 0], bounded: false },
];

export const [tanh, , sigmoid] = activationRows;

export function putActivations(stage: Stage, rows: readonly ActivationRow[]): number {
  return stage.floats(
    "activations",
    rows.flatMap(({ triple }) => triple),
  );
}

/** Sums that enter these activations: every seventh huge, unless a result would be. */
export function putSums(stage: Stage, name: string, length: number, rows: readonly ActivationRow[]): number {
  const bounded = rows.every((row) => row.bounded);
  return bounded ? sums(stage, name, length) : stage.uniform(name, length, -2, 2);
}
