import type { Kernels } from "../contract.ts";
import type { Tolerance } from "./compare.ts";
import type { Stage } from "./stage.ts";

/** One call of a kernel with given arguments, and how near a float32 backend must come to the float64 reference. */
export interface Case {
  readonly name: string;
  readonly kernel: keyof Kernels;
  readonly tolerance: Tolerance;
  /** Lays out the arguments on the stage and calls the kernel. */
  readonly run: (stage: Stage) => void;
}

/** Copies, which round nothing. */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** A few roundings of numbers around one. */
export const rounded: Tolerance = { relative: 2e-6, absolute: 1e-6 };

/** Products of several gates, each a few roundings off and some of them as large as ten. */
export const product: Tolerance = { relative: 4e-6, absolute: 4e-6 };

/** Lengths that are and are not multiples of 4, 8 and 16, one and two past them included. */
export const lengths: readonly number[] = [1, 3, 4, 5, 8, 13, 15, 16, 17, 24, 31, 32, 33, 64, 65, 100];

/** Rows and columns that are and are not multiples of a vector. */
export const shapes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 4],
  [1, 17],
  [2, 8],
  [3, 5],
  [3, 16],
  [4, 31],
  [5, 33],
  [7, 64],
  [2, 65],
];
