import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { entriesAt, stepsOf } from "./entries-at.ts";
import { reshape } from "./shapes.ts";

/**
 * The axes of x in another order: axis i of the result is axis order[i] of x. Without an order they are reversed. Whole numbers can be
 * transposed too.
 *
 * @throws UnrolledError "invalid-argument" for an order that does not name each axis once
 */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const axes = (order ?? x.shape.map((_, axis) => rank - 1 - axis)).map((axis) =>
    axis < 0 ? rank + axis : axis,
  );
  if (
    axes.length !== rank ||
    new Set(axes).size !== rank ||
    !axes.every((axis) => isWhole(axis, 0, rank - 1))
  ) {
    throw new UnrolledError("invalid-argument", {
      call: "transpose",
      subject: "order",
      got: shapeText(order ?? []),
      needed: `each axis of ${shapeText(x.shape)} once`,
    });
  }
  const shape = axes.map((axis) => x.shape[axis]);
  const moved = axes.filter((axis) => x.shape[axis] > 1);
  if (moved.every((axis, place) => place === 0 || axis > moved[place - 1])) return reshape(x, shape);
  const steps = stepsOf(x.shape);
  const y = entriesAt(
    x,
    0,
    axes.map((axis) => ({ length: x.shape[axis], step: steps[axis] })),
    shape,
  );
  tracer?.operation("transpose", [x], y, { order: axes });
  return y;
}
