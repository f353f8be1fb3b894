import { Generator } from "../../random/philox.ts";
import { byName } from "../by-name.ts";
import type { Kernels } from "../contract.ts";
import { referenceKernels } from "../reference.ts";

const STEP = 1e-5;

export type Inputs = Readonly<Record<string, Float64Array>>;

/** A memory of its own with the reference on it; `put` lays numbers down and says where. */
export interface Workspace {
  readonly kernels: Kernels;
  put(values: ArrayLike<number>): number;
  read(offset: number, length: number): number[];
}

export function workspace(): Workspace {
  const heap = new Float64Array(1 << 12);
  let next = 16;
  return {
    kernels: byName(referenceKernels({ floats: () => heap, ints: () => heap })),
    put(values) {
      const offset = next;
      heap.set(values, offset);
      next += values.length;
      return offset;
    },
    read: (offset, length) => [...heap.subarray(offset, offset + length)],
  };
}

const random = new Generator(2);

/** Random numbers between low and high, other ones at each call. */
export function uniform(length: number, low = -1, high = 1): Float64Array {
  return Float64Array.from({ length }, () => random.uniformBetween(low, high));
}

export function zeros(length: number): Float64Array {
  return new Float64Array(length);
}

/** Σ a∘b: a loss whose gradient with respect to a is b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, entry, i) => sum + entry * b[i], 0);
}

/** What a kernel has added to `before`. */
export function minus(a: readonly number[], before: ArrayLike<number>): number[] {
  return a.map((entry, i) => entry - before[i]);
}

/**
 * Compares the gradients that a backward kernel gives with (loss(x + step) − loss(x − step)) / (2·step). Returns the entries
 * that disagree, as "gates[15]: analytic 0.31, numeric 0.29", one to a line.
 */
export function gradientErrors(
  inputs: Inputs,
  loss: (space: Workspace, inputs: Inputs) => number,
  gradients: (space: Workspace, inputs: Inputs) => Readonly<Record<string, readonly number[]>>,
): string {
  const wrong: string[] = [];
  for (const [name, gradient] of Object.entries(gradients(workspace(), inputs))) {
    for (let i = 0; i < inputs[name].length; i++) {
      const lossAt = (shift: number) =>
        loss(workspace(), { ...inputs, [name]: inputs[name].with(i, inputs[name][i] + shift) });
      const numeric = (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
      if (!(Math.abs(gradient[i] - numeric) <= 1e-8 * (1 + Math.abs(numeric)))) {
        wrong.push(`${name}[${i}]: analytic ${gradient[i]}, numeric ${numeric}`);
      }
    }
  }
  return wrong.join("\n");
}
