import { UnrolledError } from "../errors.ts";
import { Module, Parameter, requireSize } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { requireScalar } from "../tensor/operations/scalar.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { tracer } from "../tensor/tracing.ts";

/**
 * Each row [..., N] is brought to mean 0 and variance 1, scaled by `weight` [N] and moved by `bias` [N] (Ba, Kiros & Hinton 2016).
 *
 * @throws UnrolledError "shape-mismatch" for rows of another width
 */
export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly epsilon: number;

  constructor(device: Device, size: number, options: { readonly epsilon?: number } = {}) {
    super();
    requireSize("LayerNorm", "size", size);
    this.epsilon = options.epsilon ?? 1e-5;
    requireScalar("LayerNorm", "epsilon", this.epsilon);
    this.weight = new Parameter(device, [size]);
    this.weight.assign(new Float32Array(size).fill(1));
    this.bias = new Parameter(device, [size]).assign(new Float32Array(size));
  }

  /** x [..., N], same shape out. */
  forward(x: Tensor): Tensor {
    const { weight, bias } = this;
    const n = weight.size;
    if (x.shape[x.shape.length - 1] !== n) {
      throw new UnrolledError("shape-mismatch", {
        call: "LayerNorm",
        problem: `input ${shapeText(x.shape)} must end in ${n}`,
      });
    }
    const m = x.size / n;
    const y = outputOf(x.shape, [x, weight, bias]);
    const { device } = y;
    const statistics = device.allocate(2 * m);
    device.kernels.layerNorm({
      x: x.offset,
      weight: weight.offset,
      bias: bias.offset,
      y: y.offset,
      statistics: statistics.offset,
      epsilon: this.epsilon,
      m,
      n,
    });
    tracer?.operation("layerNorm", [x, weight, bias], y, { epsilon: this.epsilon });
    if (y.requiresGrad) {
      record(
        [y],
        [x, weight, bias],
        [x, weight],
        () => {
          const dy = y.arrivedGradient();
          const [dweight, dbias] = [weight.gathered(), bias.gathered()];
          const gather = (dx: number) =>
            device.kernels.layerNormBackward({
              x: x.offset,
              weight: weight.offset,
              statistics: statistics.offset,
              dy,
              dx,
              dweight,
              dbias,
              m,
              n,
            });
          if (x.requiresGrad) gather(x.gathered());
          else device.temporary(x.size, gather);
        },
        [statistics],
      );
    } else device.free(statistics);
    return y;
  }
}
