import { shapes } from "./case.ts";
import type { Stage } from "./stage.ts";

/** The step that every case of a cell takes. */
export const STEP = 2;

/** Rows that ended long ago, just now, and not yet. */
function someLengths(batch: number): number[] {
  return Array.from({ length: batch }, (_, b) => [STEP + 1, STEP, 0, STEP + 9, STEP - 1][b % 5]);
}

/** Sums before an activation: mostly moderate, every seventh far into saturation. */
export function sums(stage: Stage, name: string, length: number): number {
  const large = [-1e4, -100, -30, 30, 100, 1e4];
  return stage.floats(
    name,
    Array.from({ length }, (_, i) =>
      i % 7 === 6 ? large[stage.random.integer(6)] : stage.random.uniformBetween(-4, 4),
    ),
  );
}

/** What an activation gives between low and high, its saturated ends included. */
export function activations(stage: Stage, name: string, length: number, low: (i: number) => number): number {
  return stage.floats(
    name,
    Array.from({ length }, (_, i) => {
      if (i % 11 === 9) return low(i);
      return i % 11 === 10 ? 1 : stage.random.uniformBetween(low(i), 1);
    }),
  );
}

/** Sizes of one step of a cell, and whether its sequences are of unequal length. */
export interface StepSize {
  readonly batch: number;
  readonly hidden: number;
  readonly unequal: boolean;
}

export const stepSizes: readonly StepSize[] = shapes.flatMap(([batch, hidden]) =>
  [false, true].map((unequal) => ({ batch, hidden, unequal })),
);

/** Some of them, for cells with many options. */
export const fewStepSizes: readonly StepSize[] = stepSizes.filter(({ hidden }) =>
  [5, 16, 33].includes(hidden),
);

export const describe = ({ batch, hidden, unequal }: StepSize): string =>
  `B${batch} H${hidden}${unequal ? ", lengths" : ""}`;

export function lengthsOf(stage: Stage, { batch, unequal }: StepSize): number {
  return unequal ? stage.ints("lengths", someLengths(batch)) : 0;
}
