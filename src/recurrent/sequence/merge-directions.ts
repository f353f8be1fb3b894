import { add, multiply, scaled } from "../../tensor/operations/arithmetic.ts";
import { concat } from "../../tensor/operations/shapes.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What becomes of the outputs of two directions. */
export type Merge = "concat" | "sum" | "mean" | "product";

/** One sequence of outputs [T, B, D·P] or [T, B, P] from those of each direction [T, B, P]. */
export function mergeDirections(outputs: readonly Tensor[], merge: Merge): Tensor {
  if (outputs.length === 1) return outputs[0];
  const [forward, backward] = outputs;
  switch (merge) {
    case "concat":
      return concat(outputs);
    case "sum":
      return add(forward, backward);
    case "mean":
      return scaled(add(forward, backward), 0.5);
    case "product":
      return multiply(forward, backward);
  }
}
