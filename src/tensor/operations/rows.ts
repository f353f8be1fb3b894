import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { axisOf, lastAxis } from "./axes.ts";
import { alongAxis } from "./last-axis.ts";
import { outputOf } from "./output.ts";
import { withoutPadding } from "./padding.ts";
import { packed } from "./products.ts";

/**
 * Softmax along an axis, the last if not given; of the shape of x. With `lengths` x is [B, …, T], and a sequence's steps behind its length
 * (1 to T) have no share: attention over sequences of unequal length.
 *
 * @throws UnrolledError "invalid-argument" for an axis that x does not have, or lengths with another axis than the last
 */
export function softmax(
  x: Tensor,
  options: { readonly lengths?: readonly number[] | undefined; readonly axis?: number } = {},
): Tensor {
  const { lengths, axis = -1 } = options;
  if (lengths && axisOf("softmax", x.shape, axis) !== x.shape.length - 1) {
    throw new UnrolledError("invalid-argument", {
      call: "softmax",
      problem: `lengths are those of the last axis, and axis ${axis} is another; swap them first`,
    });
  }
  if (axis !== -1) return alongAxis("softmax", x, axis, (rows) => softmaxOf("softmax", rows, 0));
  const y = softmaxOf("softmax", lengths ? withoutPadding("softmax", x, lengths) : x, 0);
  if (lengths) tracer?.operation("softmax", [x], y, { lengths });
  return y;
}

/** Natural logarithm of softmax along an axis, the last if not given, computed without overflow; of the shape of x. Throws as `softmax` does. */
export function logSoftmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  const { axis = -1 } = options;
  return axis === -1
    ? softmaxOf("logSoftmax", x, 1)
    : alongAxis("logSoftmax", x, axis, (rows) => softmaxOf("logSoftmax", rows, 1));
}

function softmaxOf(call: string, x: Tensor, logarithm: 0 | 1): Tensor {
  const n = lastAxis(call, x);
  const m = x.size / n;
  const y = outputOf(x.shape, [x]);
  const { kernels } = x.device;
  kernels.softmax({ x: x.offset, y: y.offset, m, n, logarithm });
  tracer?.operation(call, [x], y);
  if (y.requiresGrad)
    record([y], [x], [y], () =>
      kernels.softmaxBackward({ y: y.offset, dy: y.arrivedGradient(), dx: x.gathered(), m, n, logarithm }),
    );
  return y;
}

/**
 * Rows of a table [V, E] by integer ids [...] from 0 to V − 1: shape [..., E].
 *
 * @throws UnrolledError "invalid-argument" for ids that are not integers from 0 to V − 1
 */
export function gatherRows(table: Tensor, ids: Tensor): Tensor {
  return rowsById("gatherRows", table, ids);
}

/** As `gatherRows`, in the name of `call`. */
export function rowsById(call: string, table: Tensor, ids: Tensor): Tensor {
  const [rows, width] = table.shape;
  if (table.shape.length !== 2 || ids.kind !== "int") {
    throw new UnrolledError("invalid-argument", {
      call: "embedding",
      problem: `needs a table [V, E] and integer ids, got ${shapeText(table.shape)} and ${ids.kind} ids`,
    });
  }
  const y = outputOf([...ids.shape, width], [table], { whole: [ids] });
  requireIds(call, ids, rows, (id) => `id ${id} is not one of the ${rows} in the table`);
  tracer?.operation("gatherRows", [table, ids], y);
  const { kernels } = table.device;
  if (table.storage.narrow) {
    kernels.gatherPacked({
      packed: packed(table, "transposed"),
      ids: ids.offset,
      ys: y.offset,
      count: ids.size,
      k: width,
      n: rows,
    });
    return y;
  }
  kernels.gatherRows({ table: table.offset, ids: ids.offset, ys: y.offset, n: ids.size, width, rows });
  if (y.requiresGrad) {
    record([y], [table], [ids], () =>
      kernels.scatterAddRows({
        dys: y.arrivedGradient(),
        ids: ids.offset,
        dtable: table.gathered(),
        n: ids.size,
        width,
        rows,
      }),
    );
  }
  return y;
}

/** An error in the words of `problem` unless all whole numbers of a tensor are from 0 to `count` − 1, or `ignored`. */
export function requireIds(
  call: string,
  { device, offset, size }: Tensor,
  count: number,
  problem: (id: number) => string,
  ignored?: number,
): void {
  const outside = device.kernels.firstOutside(offset, size, count, ignored ?? Number.NaN);
  if (!Number.isNaN(outside))
    throw new UnrolledError("invalid-argument", { call, problem: problem(outside) });
}
