import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import { shapeText, type Tensor } from "../tensor.ts";

/** Which axes an operation goes over, and what becomes of them. */
export interface AxisOptions {
  /** One axis or several, from 0 or, from the last one, from −1; all if not given. */
  readonly axis?: number | readonly number[] | undefined;
  /** Whether the result keeps these axes, with the length 1; false if not given. */
  readonly keepDims?: boolean;
}

/** Length of the first axis; an error in the name of `call` unless there is one. */
export function firstAxis(call: string, x: Tensor): number {
  return requireAxis(call, x)[0];
}

/** Length of the last axis; an error in the name of `call` unless there is one. */
export function lastAxis(call: string, x: Tensor): number {
  const shape = requireAxis(call, x);
  return shape[shape.length - 1];
}

/** One axis as a number from 0 on; an error in the name of `call` unless the shape has it. */
export function axisOf(call: string, shape: readonly number[], axis: number): number {
  const along = axis < 0 ? shape.length + axis : axis;
  if (isWhole(along, 0, shape.length - 1)) return along;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `axis ${axis} is not one of ${shapeText(shape)}`,
  });
}

/** Different axes as numbers from 0 on, in their order; all of them if none is given. */
export function axesOf(call: string, shape: readonly number[], axis: AxisOptions["axis"]): number[] {
  if (axis === undefined) return shape.map((_, index) => index);
  const axes = [axis].flat().map((each) => axisOf(call, shape, each));
  if (axes.length > 0 && new Set(axes).size === axes.length) return axes.sort((a, b) => a - b);
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "axis",
    got: shapeText([axis].flat()),
    needed: "one axis or several different ones",
  });
}

function requireAxis(call: string, { shape }: Tensor): readonly number[] {
  if (shape.length > 0) return shape;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `needs one axis or more, got ${shapeText(shape)}`,
  });
}
