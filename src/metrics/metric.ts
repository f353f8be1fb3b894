import { UnrolledError } from "../errors.ts";
import { type NestedNumbers, plainNumbers } from "../tensor/nested-numbers.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * A figure that is gathered over many batches. `add` takes outputs of a model and the targets; `value` is the figure so far,
 * NaN before there is anything to say.
 */
export interface Metric<Outputs = MetricNumbers, Targets = MetricNumbers> {
  add(outputs: Outputs, targets: Targets): void;
  readonly value: number;
  /** Which of two values is the better one. */
  readonly better: "less" | "more";
  /** Forgets what it was given. */
  reset(): void;
}

/** Numbers as metrics take them: a tensor, nested arrays, or a flat array. */
export type MetricNumbers = Tensor | NestedNumbers | ArrayLike<number>;

/** A target that counts for nothing, as in `crossEntropy`. */
export const IGNORED = -100;

/** Their shape and their numbers, not copied where they need not be: use them at once. */
export function numbersIn(
  call: string,
  given: MetricNumbers,
): {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
} {
  if (!(given instanceof Tensor)) {
    const plain = plainNumbers(given);
    if (!plain) {
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: "was given nested arrays of unequal lengths, or no numbers",
      });
    }
    return plain;
  }
  const { device, kind, offset, size, shape } = given;
  const heap = kind === "int" ? device.heap.ints() : device.heap.floats();
  return { shape, data: heap.subarray(offset, offset + size) };
}
