import { record } from "../tape.ts";
import { ints, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { scaled } from "./arithmetic.ts";
import { lastAxis } from "./axes.ts";
import { outputOf } from "./output.ts";

/** The sum of all entries, shape [1]. */
export function sum(x: Tensor): Tensor {
  const y = outputOf([1], [x]);
  const { device } = x;
  const { kernels } = device;
  kernels.fill(y.offset, 0, 1);
  kernels.sumColumns({ x: x.offset, sums: y.offset, m: 1, n: x.size });
  if (y.requiresGrad) record([y], [x], [], () => spread(x, y.arrivedGradient(), 1, x.size));
  return y;
}

/** The mean of all entries, shape [1]. */
export function mean(x: Tensor): Tensor {
  return scaled(sum(x), 1 / x.size);
}

/** Sums over the last axis: [..., N] to [...]. */
export function sumLast(x: Tensor): Tensor {
  const width = lastAxis("sumLast", x);
  const rows = x.size / width;
  const shape = x.shape.length > 1 ? x.shape.slice(0, -1) : [1];
  const y = outputOf(shape, [x]);
  const { kernels } = x.device;
  kernels.fill(y.offset, 0, rows);
  kernels.sumColumns({ x: x.offset, sums: y.offset, m: rows, n: width });
  tracer?.operation("sumLast", [x], y);
  if (y.requiresGrad) record([y], [x], [], () => spread(x, y.arrivedGradient(), rows, width));
  return y;
}

/** The index of the largest entry along the last axis: [..., N] to integers [...]; the first where several are equal. */
export function argmax(x: Tensor): Tensor {
  const width = lastAxis("argmax", x);
  const { heap } = x.device;
  const numbers = x.kind === "int" ? heap.ints() : heap.floats();
  const places = new Int32Array(x.size / width);
  for (let row = 0; row < places.length; row++) {
    const start = x.offset + row * width;
    for (let column = 1; column < width; column++) {
      if (numbers[start + column] > numbers[start + places[row]]) places[row] = column;
    }
  }
  return ints(x.device, places, x.shape.length > 1 ? x.shape.slice(0, -1) : [1]);
}

/** Adds dy [m] to every column of x's gradient [m, n]. */
function spread(x: Tensor, dy: number, m: number, n: number): void {
  const { kernels } = x.device;
  const dx = x.gathered();
  kernels.binary({ operation: 0, a: dx, b: dy, bRow: 1, bCol: 0, y: dx, m, n });
}
