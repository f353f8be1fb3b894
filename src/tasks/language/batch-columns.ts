import type { OwnParts } from "../../parallel/split.ts";
import type { Batch, BatchPlace } from "../task.ts";
import type { LanguageModelShare } from "./language-replica.ts";
import type { TrainingText } from "./language-text.ts";

/**
 * The batches of a text: sequences of parallel streams [T, B], each thread with its columns. The first of an epoch begins anew. Of
 * several processes each reads its own streams.
 */
export function sequenceBatches(
  text: TrainingText,
): (place: BatchPlace, rows: readonly number[], own?: OwnParts) => Batch<LanguageModelShare> {
  let streams = text.streams(0);
  let streamsEpoch = 0;
  return ({ epoch, batch: sequence }, rows, own) => {
    if (epoch !== streamsEpoch) streams = text.streams(epoch);
    streamsEpoch = epoch;
    const steps = streams.lengthOf(sequence);
    let column = 0;
    const parts = rows.map((count, part) => {
      const inputs = new Int32Array(steps * count);
      const targets = new Int32Array(inputs.length);
      const isOwn = !own || (part >= own.first && part < own.first + own.count);
      if (isOwn) streams.batch(sequence, inputs, targets, column, count);
      column += count;
      return { rows: count, share: { inputs, targets, steps, startsAnew: sequence === 0 } };
    });
    return { parts, units: steps * streams.batchSize };
  };
}
