import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { shapeText, sizeOf, Tensor } from "../tensor.ts";
import { outputOf } from "./output.ts";
import { requireScalar } from "./scalar.ts";

/** Mean and variance of each channel of x [B, C, …], [C] each: of the batch, or gathered from many. */
export interface ChannelMoments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of x [B, C, …]: each channel is brought to mean 0 and variance 1, by its own moments or by
 * given ones (which get no gradient), then scaled by weight [C] and moved by bias [C]. The moments that were used come back too,
 * the variance divided by the count.
 *
 * @throws UnrolledError "shape-mismatch" for parameters or moments of another number of channels
 */
export function batchNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  given: ChannelMoments | undefined,
  epsilon = 1e-5,
): { readonly y: Tensor; readonly moments: ChannelMoments } {
  requireScalar("batchNorm", "epsilon", epsilon);
  const [images, channels] = x.shape;
  for (const each of [weight, bias, given?.mean, given?.variance]) {
    if (!each || each.size === channels) continue;
    throw new UnrolledError("shape-mismatch", {
      call: "batchNorm",
      problem: `input ${shapeText(x.shape)} has ${channels} channels, but ${shapeText(each.shape)} is given for them`,
    });
  }
  const positions = sizeOf(x.shape.slice(2));
  const y = outputOf(x.shape, [x, weight, bias], { others: [given?.mean, given?.variance] });
  const { device } = y;
  const { kernels } = device;
  const moments = device.allocate(2 * channels);
  const [mean, variance] = [0, channels].map((start) => new Tensor(device, moments, [channels], { start }));
  if (given) {
    kernels.copyRows({ x: given.mean.offset, y: mean.offset, n: channels });
    kernels.copyRows({ x: given.variance.offset, y: variance.offset, n: channels });
  } else kernels.batchMoments({ x: x.offset, moments: moments.offset, images, channels, positions });
  kernels.batchNorm({
    x: x.offset,
    moments: moments.offset,
    weight: weight.offset,
    bias: bias.offset,
    y: y.offset,
    epsilon,
    images,
    channels,
    positions,
  });
  if (y.requiresGrad) {
    // Without a gradient of x, nothing that is walked back reads the weight.
    record([y], [x, weight, bias], x.requiresGrad ? [x, weight] : [x], () =>
      device.temporary(x.size + 2 * channels, (unwanted) => {
        const dx = x.requiresGrad ? x.gathered() : unwanted;
        const dweight = weight.requiresGrad ? weight.gathered() : unwanted + x.size;
        const dbias = bias.requiresGrad ? bias.gathered() : unwanted + x.size + channels;
        kernels.batchNormBackward({
          x: x.offset,
          moments: moments.offset,
          weight: weight.offset,
          dy: y.arrivedGradient(),
          dx,
          dweight,
          dbias,
          epsilon,
          constant: given ? 1 : 0,
          images,
          channels,
          positions,
        });
      }),
    );
  }
  return { y, moments: { mean, variance } };
}
