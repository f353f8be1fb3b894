import { Generator } from "../../random/philox.ts";
import type { BatchPlace } from "../task.ts";

/** Batches that are sorted by length together: enough to be alike, few enough that their order stays random. */
const SORTED_TOGETHER = 50;

/**
 * The examples of each batch of an epoch, by their places: in random order, those of like length together, so that little is filled up.
 * The same for the same seed, epoch and lengths.
 */
export function bucketedBatches(
  lengths: ArrayLike<number>,
  batchSize: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Int32Array[] {
  const generator = new Generator(seed).fork(epoch);
  const order = generator.permutation(lengths.length);
  const batches: Int32Array[] = [];
  const together = batchSize * SORTED_TOGETHER;
  for (let start = 0; start < order.length; start += together) {
    const part = order.slice(start, start + together).sort((left, right) => lengths[left] - lengths[right]);
    for (let at = 0; at < part.length; at += batchSize)
      batches.push(Int32Array.from(part.subarray(at, at + batchSize)));
  }
  return Array.from(generator.permutation(batches.length), (index) => batches[index]);
}

/** The batches of all epochs, of which one epoch's are kept: training asks for them in their order. */
export function bucketedEpochs(
  lengths: ArrayLike<number>,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): { readonly batchesPerEpoch: number; placesOf(place: BatchPlace): Int32Array } {
  let batches = bucketedBatches(lengths, batchSize, { seed, epoch: 0 });
  let epochOfBatches = 0;
  return {
    batchesPerEpoch: batches.length,
    placesOf({ epoch, batch }) {
      if (epoch !== epochOfBatches) batches = bucketedBatches(lengths, batchSize, { seed, epoch });
      epochOfBatches = epoch;
      return batches[batch];
    },
  };
}

/** The examples of each batch in the order of their lengths, to be measured on. */
export function sortedBatches(lengths: ArrayLike<number>, batchSize: number): Int32Array[] {
  const order = Int32Array.from({ length: lengths.length }, (_, index) => index);
  order.sort((left, right) => lengths[left] - lengths[right] || left - right);
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, batch) =>
    order.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}
