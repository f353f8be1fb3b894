import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { add, pow, scaled, subtract } from "./arithmetic.ts";
import { type AxisOptions, lastAxis } from "./axes.ts";
import { binaryOperations } from "./binary.ts";
import { equal } from "./comparisons.ts";
import { abs, negate, sqrt, square } from "./functions.ts";
import { rowsAlong } from "./last-axis.ts";
import { deviceOf, outputOf } from "./output.ts";
import { widened } from "./widened.ts";

/**
 * The sum over all entries, shape [1], or over the axes that are given: a shape without them, or with `keepDims` with 1 in their places.
 *
 * @throws UnrolledError "invalid-argument" for an axis that x does not have
 */
export function sum(x: Tensor, options: AxisOptions = {}): Tensor {
  if (options.axis === undefined && !options.keepDims) return sumOfRows(x, 1, x.size, [1]);
  const { rows, width, shape } = rowsAlong("sum", x, options);
  return sumOfRows(rows, x.size / width, width, shape);
}

/** The mean over all entries, shape [1], or over the axes that are given; shapes and errors as for `sum`. */
export function mean(x: Tensor, options: AxisOptions = {}): Tensor {
  const total = sum(x, options);
  return scaled(total, total.size / x.size);
}

/** Sums over the last axis: [..., N] to [...]. */
export function sumLast(x: Tensor): Tensor {
  const width = lastAxis("sumLast", x);
  const y = sumOfRows(x, x.size / width, width, x.shape.length > 1 ? x.shape.slice(0, -1) : [1]);
  tracer?.operation("sumLast", [x], y);
  return y;
}

/**
 * The largest of all entries, shape [1], or the largest along the axes that are given; NaN where one is. The gradient goes to the first of
 * the largest. Shapes and errors as for `sum`.
 */
export function max(x: Tensor, options: AxisOptions = {}): Tensor {
  const { rows, width, shape } = rowsAlong("max", x, options);
  const y = outputOf(shape, [rows]);
  const places = maximaOf(rows, width, y);
  const { kernels } = y.device;
  if (y.requiresGrad) {
    record(
      [y],
      [rows],
      [],
      () =>
        kernels.rowMaximaBackward({
          dy: y.arrivedGradient(),
          places: places.offset,
          dx: rows.gathered(),
          m: y.size,
          n: width,
        }),
      [places.storage],
    );
  } else y.device.free(places.storage);
  return y;
}

/** The smallest of all entries or along axes; all else as for `max`. */
export function min(x: Tensor, options: AxisOptions = {}): Tensor {
  return negate(max(negate(x), options));
}

/**
 * The index of the largest entry along an axis, the last if not given: integers of a shape without it, or with `keepDims` with 1 in its
 * place; [1] where no axis is left. The first where several are equal, the first NaN where there is one. x may be of whole numbers.
 *
 * @throws UnrolledError "invalid-argument" for an axis that x does not have
 */
export function argmax(
  x: Tensor,
  options: { readonly axis?: number; readonly keepDims?: boolean } = {},
): Tensor {
  lastAxis("argmax", x);
  const { axis = -1, keepDims = false } = options;
  const { rows, width, shape } = rowsAlong("argmax", widened(x), { axis, keepDims });
  const { device } = rows;
  const most = new Tensor(device, device.allocate(x.size / width), shape);
  const places = maximaOf(rows, width, most);
  device.free(most.storage);
  return places;
}

/**
 * The natural logarithm of Σ exp of all entries, shape [1], or along the axes that are given, computed without overflow. Shapes and
 * errors as for `sum`.
 */
export function logSumExp(x: Tensor, options: AxisOptions = {}): Tensor {
  const { rows, width, shape } = rowsAlong("logSumExp", x, options);
  const y = outputOf(shape, [rows]);
  const { kernels } = y.device;
  kernels.logSumExp(rows.offset, y.offset, y.size, width);
  if (y.requiresGrad) {
    record([y], [rows], [rows, y], () =>
      kernels.logSumExpBackward({
        x: rows.offset,
        y: y.offset,
        dy: y.arrivedGradient(),
        dx: rows.gathered(),
        m: y.size,
        n: width,
      }),
    );
  }
  return y;
}

/**
 * The norm (Σ |x|ᵖ)^(1/p) of all entries, shape [1], or along the axes that are given: p is `order`, 2 if not given; 1 is the sum of the
 * absolute values, Infinity the largest of them. Where it is 0 its gradient is 0. Shapes as for `sum`.
 *
 * @throws UnrolledError "invalid-argument" for an order that is not above 0, or an axis that x does not have
 */
export function norm(x: Tensor, options: AxisOptions & { readonly order?: number } = {}): Tensor {
  const { order = 2 } = options;
  if (!(order > 0)) {
    throw new UnrolledError("invalid-argument", {
      call: "norm",
      subject: "order",
      got: `${order}`,
      needed: "above 0",
    });
  }
  if (order === Number.POSITIVE_INFINITY) return max(abs(x), options);
  if (order === 1) return sum(abs(x), options);
  const total = sum(order === 2 ? square(x) : pow(abs(x), order), options);
  // A root has no slope at 0; there it is taken of 1, whose share is then subtracted.
  const zero = equal(total, 0);
  const safe = add(total, zero);
  return subtract(order === 2 ? sqrt(safe) : pow(safe, 1 / order), zero);
}

/** Sums of M rows of N entries. */
function sumOfRows(x: Tensor, m: number, n: number, shape: readonly number[]): Tensor {
  const y = outputOf(shape, [x]);
  const { kernels } = y.device;
  kernels.fill(y.offset, 0, m);
  kernels.sumColumns({ x: x.offset, sums: y.offset, m, n });
  if (y.requiresGrad) {
    record([y], [x], [], () => {
      const dx = x.gathered();
      kernels.binary({
        operation: binaryOperations.add,
        a: dx,
        b: y.arrivedGradient(),
        bRow: 1,
        bCol: 0,
        y: dx,
        m,
        n,
      });
    });
  }
  return y;
}

/** Writes the largest entry of each row into `most`; where they are, as whole numbers of the same shape. */
function maximaOf(rows: Tensor, width: number, most: Tensor): Tensor {
  const device = deviceOf([rows]);
  const places = new Tensor(device, device.allocate(most.size), most.shape, { kind: "int" });
  device.kernels.rowMaxima({ x: rows.offset, y: most.offset, places: places.offset, m: most.size, n: width });
  return places;
}
