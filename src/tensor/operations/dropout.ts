import { record } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { outputOf } from "./output.ts";

/** Which random numbers a dropout mask is made of: a generator's seed, the draw (a training step) and the place in the model. */
export interface DropoutCounter {
  readonly seed: number;
  readonly draw: number;
  readonly place: number;
}

/** How a mask depends on steps and rows. */
export interface DropoutRows {
  readonly locked?: boolean;
  /** The number of the first row; the device's `firstRow` if not given. */
  readonly firstRow?: number;
}

/**
 * Inverted dropout (Srivastava et al. 2014) of xs [T, B, …] or x [B, …]: each entry is kept with probability 1 − probability and
 * divided by it. `locked` uses one mask at every step (Gal & Ghahramani 2016). Rows are counted from the device's first; what is
 * the same for every row of a batch, weights for instance, is counted from 0. The backward pass draws the same mask again.
 */
export function dropoutWith(
  xs: Tensor,
  probability: number,
  counter: DropoutCounter,
  { locked = false, firstRow = xs.device.firstRow }: DropoutRows = {},
): Tensor {
  if (probability === 0) return xs;
  const [steps, rows] = xs.shape.length >= 3 ? xs.shape : [1, xs.shape.length === 2 ? xs.shape[0] : 1];
  const width = xs.size / steps / rows;
  const ys = outputOf(xs.shape, [xs]);
  const { kernels } = xs.device;
  const { seed, draw, place } = counter;
  const drop = (from: number, to: number, accumulate: 0 | 1) =>
    kernels.dropout({
      x: from,
      y: to,
      keep: 1 - probability,
      seed,
      draw,
      place,
      firstRow,
      locked: locked ? 1 : 0,
      steps,
      rows,
      width,
      accumulate,
    });
  drop(xs.offset, ys.offset, 0);
  if (ys.requiresGrad) {
    record([ys], [xs], [], () => {
      const slot = xs.gradientSlot();
      drop(ys.arrivedGradient(), slot.offset, slot.accumulate);
    });
  }
  return ys;
}
