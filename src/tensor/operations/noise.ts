import { record } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import type { DropoutCounter } from "./dropout.ts";
import { outputOf } from "./output.ts";

/**
 * weight + deviation·ε with ε normal, drawn anew for each counter (Graves 2013): what a sequence is read with while training. The
 * noise is the same for every row of a batch, however that is split. The gradient passes through.
 */
export function weightNoise(weight: Tensor, deviation: number, counter: DropoutCounter): Tensor {
  if (deviation === 0) return weight;
  const y = outputOf(weight.shape, [weight]);
  const { kernels } = weight.device;
  const { seed, draw, place } = counter;
  kernels.gaussianNoise({ x: weight.offset, y: y.offset, deviation, seed, draw, place, n: y.size });
  if (y.requiresGrad) {
    record([y], [weight], [], () => {
      const { offset, accumulate } = weight.gradientSlot();
      kernels.copyRows({ x: y.arrivedGradient(), y: offset, n: y.size, accumulate });
    });
  }
  return y;
}
