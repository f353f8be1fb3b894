import { splitRows } from "../../parallel/split.ts";
import { bucketedBatches } from "../fit/bucketed.ts";
import type { Batch, BatchPlace } from "../task.ts";

/** The batches of examples: those of like length together, in another order in each epoch. */
export function exampleBatches<Example>(
  examples: readonly Example[],
  lengthOf: (example: Example) => number,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[]): Batch<readonly Example[]>;
} {
  const lengths = Float64Array.from(examples, lengthOf);
  let places = bucketedBatches(lengths, batchSize, { seed, epoch: 0 });
  let epochOfPlaces = 0;
  return {
    batchesPerEpoch: places.length,
    batch({ epoch, batch }, rows) {
      if (epoch !== epochOfPlaces) places = bucketedBatches(lengths, batchSize, { seed, epoch });
      epochOfPlaces = epoch;
      const chosen = Array.from(places[batch], (place) => examples[place]);
      let first = 0;
      const parts = splitRows(chosen.length, rows.length).map((count) => {
        first += count;
        return count === 0 ? null : { rows: count, share: chosen.slice(first - count, first) };
      });
      return { parts, units: chosen.length };
    },
  };
}
