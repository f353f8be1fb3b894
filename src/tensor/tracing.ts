// Who watches a forward pass, if anyone does: operations and layers say what they have made of what. Where nobody watches, all that
// they do is to look at `tracer`.
import type { Tensor } from "./tensor.ts";

/** What an operation is told by beside its operands: numbers, words, lists of them. */
export type Facts = Readonly<Record<string, unknown>>;

/** Watches a forward pass. */
export interface Tracer {
  /** A tensor was made, by whatever. */
  made(tensor: Tensor): void;
  /** What has been made by an operation, or by a layer, whose own operations then count no more. */
  operation(
    name: string,
    inputs: readonly (Tensor | undefined)[],
    made: Tensor | Readonly<Record<string, Tensor>>,
    facts?: Facts,
  ): void;
  /** A tensor is of numbers that were at hand. */
  numbers(tensor: Tensor): void;
}

/** The one who watches now. */
export let tracer: Tracer | undefined;

/** Says that a tensor is of numbers that were at hand. */
export function toldNumbers(tensor: Tensor): Tensor {
  tracer?.numbers(tensor);
  return tensor;
}

/** Runs a synchronous callback while `watching` watches. */
export function traceWith<Result>(watching: Tracer, body: () => Result): Result {
  const before = tracer;
  tracer = watching;
  try {
    return body();
  } finally {
    tracer = before;
  }
}
