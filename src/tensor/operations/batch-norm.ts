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
    kernels.copyRows(given.mean.offset, 0, mean.offset, 0, 1, channels, 0);
    kernels.copyRows(given.variance.offset, 0, variance.offset, 0, 1, channels, 0);
  } else kernels.batchMoments(x.offset, moments.offset, images, channels, positions);
  const by = [moments.offset, weight.offset, bias.offset] as const;
  kernels.batchNorm(x.offset, ...by, y.offset, epsilon, images, channels, positions);
  if (y.requiresGrad) {
    // Without a gradient of x, nothing that is walked back reads the weight.
    record([y], [x, weight, bias], x.requiresGrad ? [x, weight] : [x], () =>
      device.temporary(x.size + 2 * channels, (unwanted) => {
        const dx = x.requiresGrad ? x.gathered() : unwanted;
        const dweight = weight.requiresGrad ? weight.gathered() : unwanted + x.size;
        const dbias = bias.requiresGrad ? bias.gathered() : unwanted + x.size + channels;
        kernels.batchNormBackward(
          ...([x.offset, moments.offset, weight.offset, y.arrivedGradient(), dx, dweight, dbias] as const),
          ...([epsilon, given ? 1 : 0, images, channels, positions] as const),
        );
      }),
    );
  }
  return { y, moments: { mean, variance } };
}
