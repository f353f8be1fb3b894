// Pooling: each channel is an image of its own, and what a window sees of it is one row, of which the largest entry or the mean
// is taken.
import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { multiply } from "./arithmetic.ts";
import { outputOf } from "./output.ts";
import { sharesOfSteps, withoutPadding } from "./padding.ts";
import {
  checkedWindow,
  patchOf,
  spatialAxes,
  type Window,
  type WindowOptions,
  windowOver,
  withWindow,
} from "./window.ts";

/** The number by which the kernel `binary` knows a product. */
const MULTIPLY = 2;

/** How a pooling window slides. */
export interface PoolingOptions extends WindowOptions {
  /** Whether a last place that hangs over the end counts; false if not given. */
  readonly roundUp?: boolean;
}

/** How a pooling window slides, and what its mean is taken over. */
export interface AveragePoolingOptions extends PoolingOptions {
  /** Whether the zeros around x count; true if not given, as PyTorch has it (ONNX: false). */
  readonly countPads?: boolean;
}

function poolingWindow(
  call: string,
  x: Tensor,
  kernel: readonly number[],
  options: PoolingOptions,
): { window: Window; shape: number[] } {
  const axes = spatialAxes(call, x.shape);
  const { pads, dilations } = checkedWindow(call, axes, kernel, options);
  kernel.forEach((length, axis) => {
    // Else a place might lie wholly outside, where there is nothing to take the largest of.
    const reach = dilations[axis] * (length - 1);
    if (pads[axis] <= reach && pads[axes + axis] <= reach) return;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `pads are ${pads[axis]} and ${pads[axes + axis]} along axis ${2 + axis}, needed at most ${reach} for a kernel of ${length}`,
    });
  });
  const channels = x.shape[0] * x.shape[1];
  const window = windowOver(call, [channels, 1, ...x.shape.slice(2)], 1, kernel, options, options.roundUp);
  return { window, shape: [x.shape[0], x.shape[1], ...window.out.slice(2 - axes)] };
}

/** The largest entry under each place of a window over x [B, C, T] or [B, C, height, width], or NaN where there is one. */
export function maxPool(x: Tensor, kernel: readonly number[], options: PoolingOptions = {}): Tensor {
  const { window, shape } = poolingWindow("maxPool", x, kernel, options);
  const patch = patchOf(window);
  const y = outputOf(shape, [x]);
  const { device } = y;
  const { kernels } = device;
  const places = device.allocate(y.size);
  device.temporary(y.size * patch, (patches) => {
    const outside = Number.NEGATIVE_INFINITY;
    withWindow(device, window, (table) => kernels.unfold(x.offset, table, outside, patches));
    kernels.rowMaxima({ x: patches, y: y.offset, places: places.offset, m: y.size, n: patch });
  });
  tracer?.operation("maxPool", [x], y, { kernel, ...options });
  if (y.requiresGrad) {
    record(
      [y],
      [x],
      [],
      () =>
        device.temporary(y.size * patch, (dpatches) => {
          kernels.fill(dpatches, 0, y.size * patch);
          kernels.rowMaximaBackward({
            dy: y.arrivedGradient(),
            places: places.offset,
            dx: dpatches,
            m: y.size,
            n: patch,
          });
          withWindow(device, window, (table) => kernels.fold(dpatches, table, x.gathered()));
        }),
      [places],
    );
  } else device.free(places);
  return y;
}

/** The mean of the entries under each place of a window over x [B, C, T] or [B, C, height, width]. */
export function averagePool(
  x: Tensor,
  kernel: readonly number[],
  options: AveragePoolingOptions = {},
): Tensor {
  const { window, shape } = poolingWindow("averagePool", x, kernel, options);
  const patch = patchOf(window);
  const y = outputOf(shape, [x]);
  const { device } = y;
  const { kernels } = device;
  kernels.fill(y.offset, 0, y.size);
  device.temporary(y.size * patch, (patches) => {
    withWindow(device, window, (table) => kernels.unfold(x.offset, table, 0, patches));
    kernels.sumColumns({ x: patches, factor: 1 / patch, sums: y.offset, m: y.size, n: patch });
  });
  if (y.requiresGrad) {
    record([y], [x], [], () =>
      device.temporary(y.size * patch + 1, (dpatches) => {
        const one = dpatches + y.size * patch;
        kernels.fill(one, 1 / patch, 1);
        kernels.binary({
          operation: MULTIPLY,
          a: y.arrivedGradient(),
          aRow: 1,
          aCol: 0,
          b: one,
          bRow: 0,
          bCol: 0,
          y: dpatches,
          m: y.size,
          n: patch,
        });
        withWindow(device, window, (table) => kernels.fold(dpatches, table, x.gathered()));
      }),
    );
  }
  // Where a window reaches over the edge, its mean is over fewer entries.
  const shares = sharesOf(window, options.countPads ?? true);
  const means = shares.every((share) => share === 1)
    ? y
    : multiply(y, tensor(x.device, shares, shape.slice(2)));
  tracer?.operation("averagePool", [x], means, { kernel, ...options });
  return means;
}

/** By what the mean of each place has to be multiplied where fewer entries count than the kernel has. */
function sharesOf(
  { kernel, size, strides, dilations, before, after, out }: Window,
  countPads: boolean,
): number[] {
  const along = (axis: 0 | 1) => {
    const first = countPads ? -before[axis] : 0;
    const last = countPads ? size[axis] + after[axis] : size[axis];
    return Array.from({ length: out[axis] }, (_, place) => {
      const start = place * strides[axis] - before[axis];
      let counted = 0;
      for (let k = 0; k < kernel[axis]; k++) {
        const at = start + k * dilations[axis];
        if (at >= first && at < last) counted += 1;
      }
      return kernel[axis] / counted;
    });
  };
  const columns = along(1);
  return along(0).flatMap((row) => columns.map((column) => row * column));
}

/** Over which steps of x [B, C, T] is pooled. */
export interface GlobalPoolCall {
  /** Steps that each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
}

/** The largest entry of each channel of x [B, C, T] or [B, C, height, width], which keeps its axes, of length 1. */
export function globalMaxPool(x: Tensor, { lengths }: GlobalPoolCall = {}): Tensor {
  const y = maxPool(lengths ? withoutPadding("globalMaxPool", x, lengths) : x, x.shape.slice(2));
  tracer?.operation("globalMaxPool", [x], y, { lengths });
  return y;
}

/** The mean of each channel of x [B, C, T] or [B, C, height, width], which keeps its axes, of length 1. */
export function globalAveragePool(x: Tensor, { lengths }: GlobalPoolCall = {}): Tensor {
  const y = averagePool(lengths ? sharesOfSteps("globalAveragePool", x, lengths) : x, x.shape.slice(2));
  tracer?.operation("globalAveragePool", [x], y, { lengths });
  return y;
}
