import type { OwnParts } from "../../parallel/split.ts";
import { bucketedEpochs } from "../fit/bucketed.ts";
import { type Batch, type BatchPlace, batchOfShares } from "../task.ts";

/** The batches of examples: those of like length together, in another order in each epoch, as `vary` has them that time. */
export function exampleBatches<Example>(
  examples: readonly Example[],
  lengthOf: (example: Example) => number,
  settings: { readonly batchSize: number; readonly seed: number },
  vary?: (example: Example, place: { readonly epoch: number; readonly example: number }) => Example,
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[], own?: OwnParts): Batch<readonly Example[]>;
} {
  const { batchesPerEpoch, placesOf } = bucketedEpochs(Float64Array.from(examples, lengthOf), settings);
  return {
    batchesPerEpoch,
    batch: (place, rows, own) =>
      batchOfShares(
        Array.from(placesOf(place)),
        rows,
        (places, isOwn) => ({
          share: isOwn
            ? places.map((at) =>
                vary ? vary(examples[at], { epoch: place.epoch, example: at }) : examples[at],
              )
            : [],
        }),
        own,
      ),
  };
}
