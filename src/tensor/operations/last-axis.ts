import { sizeOf, type Tensor } from "../tensor.ts";
import { type AxisOptions, axesOf } from "./axes.ts";
import { deviceOf } from "./output.ts";
import { reshape } from "./shapes.ts";
import { transpose } from "./transpose.ts";

/** A tensor whose rows are what an operation goes over: [M, N], N entries of the axes in question for each of M others. */
export interface Rows {
  readonly rows: Tensor;
  readonly width: number;
  /** The shape of a result that has one entry for each row; [1] where no axis is left. */
  readonly shape: readonly number[];
}

/** The entries along some axes as rows: what goes over any axes goes over rows. A copy unless the axes are the last ones. */
export function rowsAlong(call: string, x: Tensor, { axis, keepDims }: AxisOptions): Rows {
  deviceOf([x]);
  const axes = axesOf(call, x.shape, axis);
  const others = x.shape.map((_, index) => index).filter((index) => !axes.includes(index));
  const width = sizeOf(axes.map((index) => x.shape[index]));
  const left = others.map((index) => x.shape[index]);
  const ones = x.shape.map((length, index) => (axes.includes(index) ? 1 : length));
  const rows = reshape(transpose(x, [...others, ...axes]), [x.size / width, width]);
  return { rows, width, shape: keepDims ? ones : left.length > 0 ? left : [1] };
}

/** An operation that makes as many entries of the last axis as there are, along any axis. */
export function alongAxis(call: string, x: Tensor, axis: number, operation: (x: Tensor) => Tensor): Tensor {
  const [along] = axesOf(call, x.shape, axis);
  const last = x.shape.length - 1;
  if (along === last) return operation(x);
  const order = x.shape.map((_, index) => index);
  [order[along], order[last]] = [last, along];
  return transpose(operation(transpose(x, order)), order);
}
