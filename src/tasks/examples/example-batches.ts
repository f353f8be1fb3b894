import { bucketedEpochs } from "../fit/bucketed.ts";
import { type Batch, type BatchPlace, batchOf } from "../task.ts";

/** The batches of examples: those of like length together, in another order in each epoch. */
export function exampleBatches<Example>(
  examples: readonly Example[],
  lengthOf: (example: Example) => number,
  settings: { readonly batchSize: number; readonly seed: number },
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[]): Batch<readonly Example[]>;
} {
  const { batchesPerEpoch, placesOf } = bucketedEpochs(Float64Array.from(examples, lengthOf), settings);
  return {
    batchesPerEpoch,
    batch: (place, rows) =>
      batchOf(
        Array.from(placesOf(place), (at) => examples[at]),
        rows,
      ),
  };
}
