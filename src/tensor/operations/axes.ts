import { UnrolledError } from "../../errors.ts";
import { shapeText, type Tensor } from "../tensor.ts";

/** Length of the first axis; an error in the name of `call` unless there is one. */
export function firstAxis(call: string, x: Tensor): number {
  return requireAxis(call, x)[0];
}

/** Length of the last axis; an error in the name of `call` unless there is one. */
export function lastAxis(call: string, x: Tensor): number {
  const shape = requireAxis(call, x);
  return shape[shape.length - 1];
}

function requireAxis(call: string, { shape }: Tensor): readonly number[] {
  if (shape.length > 0) return shape;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `needs one axis or more, got ${shapeText(shape)}`,
  });
}
