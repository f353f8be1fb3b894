import type { NestedNumbers } from "../tensor/nested-numbers.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * What an input is given as: a tensor; numbers with a shape; nested arrays; a flat array of numbers, where at most one axis of the
 * input is free, so that the shape follows; or a number alone. Whole numbers may be BigInts, as other runtimes take them.
 */
export type ModelInput =
  | number
  | bigint
  | Tensor
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> }
  | NestedNumbers
  | ArrayLike<number | bigint>;

/** What a model gives back: row-major numbers, a copy. */
export interface ModelOutput {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly [index: number]: number };
}

/** An input or output. Axes are lengths, or the names of lengths that are free: "B" sequences, "T" steps, others the file's own. */
export interface ModelValue {
  readonly name: string;
  /** "unknown" where an ONNX file says nothing of a value. */
  readonly axes: readonly (number | string)[] | "unknown";
  readonly kind: "float" | "int" | "bool" | "unknown";
}

/** A value as one step of B sequences has it: B is known, T is gone. */
export function oneStep({ name, axes, kind }: ModelValue, batchSize: number): ModelValue {
  const known = axes === "unknown" ? [] : axes.filter((axis) => axis !== "T");
  return { name, kind, axes: known.map((axis) => (axis === "B" ? batchSize : axis)) };
}
