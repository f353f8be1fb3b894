import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";

/**
 * Items in batches of `batchSize`, the last one with what is left: one epoch. In random order if a generator is given, each
 * time another.
 *
 * @throws UnrolledError "invalid-argument" unless batchSize is a whole number of at least 1
 */
export function* batches<Item>(
  items: readonly Item[],
  batchSize: number,
  generator?: Generator,
): IterableIterator<Item[]> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new UnrolledError("invalid-argument", {
      call: "batches",
      subject: "batchSize",
      got: `${batchSize}`,
      needed: "a whole number of at least 1",
    });
  }
  const order = generator?.permutation(items.length);
  for (let start = 0; start < items.length; start += batchSize) {
    const end = Math.min(start + batchSize, items.length);
    yield order ? Array.from(order.subarray(start, end), (index) => items[index]) : items.slice(start, end);
  }
}
