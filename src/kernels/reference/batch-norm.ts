import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type BatchNormKernels = "batchMoments" | "batchNorm" | "batchNormBackward";

/**
 * With x̂ = (x − mean)/√(variance + ε) over each channel of a batch (Ioffe & Szegedy 2015):
 *
 *     y ← x̂∘weight + bias
 *
 * Backward, with means over the channel, which are left out where the moments were given:
 *
 *     dx ← dx + weight/√(variance + ε)∘(dy − mean(dy) − x̂∘mean(dy∘x̂))    dweight ← dweight + Σ dy∘x̂    dbias ← dbias + Σ dy
 */
export function batchNormKernels(memory: Memory): Pick<KernelTable, BatchNormKernels> {
  const overChannel = (
    images: number,
    channels: number,
    positions: number,
    channel: number,
    visit: (place: number) => void,
  ) => {
    for (let image = 0; image < images; image++)
      for (let j = 0; j < positions; j++) visit((image * channels + channel) * positions + j);
  };
  return {
    batchMoments(x, moments, images, channels, positions) {
      const heap = memory.floats();
      const count = images * positions;
      for (let channel = 0; channel < channels; channel++) {
        let mean = 0;
        let variance = 0;
        overChannel(images, channels, positions, channel, (at) => {
          mean += heap[x + at] / count;
        });
        overChannel(images, channels, positions, channel, (at) => {
          variance += (heap[x + at] - mean) ** 2 / count;
        });
        heap[moments + channel] = mean;
        heap[moments + channels + channel] = variance;
      }
    },

    batchNorm(x, moments, weight, bias, y, epsilon, images, channels, positions) {
      const heap = memory.floats();
      for (let channel = 0; channel < channels; channel++) {
        const rate = 1 / Math.sqrt(heap[moments + channels + channel] + epsilon);
        overChannel(images, channels, positions, channel, (at) => {
          const normal = (heap[x + at] - heap[moments + channel]) * rate;
          heap[y + at] = normal * heap[weight + channel] + heap[bias + channel];
        });
      }
    },

    batchNormBackward(
      x,
      moments,
      weight,
      dy,
      dx,
      dweight,
      dbias,
      epsilon,
      constant,
      images,
      channels,
      positions,
    ) {
      const heap = memory.floats();
      const share = constant ? 0 : 1 / (images * positions);
      for (let channel = 0; channel < channels; channel++) {
        const rate = 1 / Math.sqrt(heap[moments + channels + channel] + epsilon);
        const normal = (at: number) => (heap[x + at] - heap[moments + channel]) * rate;
        let sum = 0;
        let dot = 0;
        overChannel(images, channels, positions, channel, (at) => {
          sum += heap[dy + at];
          dot += heap[dy + at] * normal(at);
        });
        heap[dbias + channel] += sum;
        heap[dweight + channel] += dot;
        overChannel(images, channels, positions, channel, (at) => {
          const centred = heap[dy + at] - share * (sum + normal(at) * dot);
          heap[dx + at] += heap[weight + channel] * rate * centred;
        });
      }
    },
  };
}
