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
  { seqLength, batchSize }: { readonly seqLength: number; readonly batchSize: number },
): (place: BatchPlace, rows: readonly number[], own?: OwnParts) => Batch<LanguageModelShare> {
  const inputs = new Int32Array(seqLength * batchSize);
  const targets = new Int32Array(inputs.length);
  let streams = text.streams(0);
  let streamsEpoch = 0;
  return ({ epoch, batch: sequence }, rows, own) => {
    if (epoch !== streamsEpoch) streams = text.streams(epoch);
    streamsEpoch = epoch;
    const steps = streams.batch(sequence, inputs, targets, own && columnsOfParts(rows, own));
    let column = 0;
    const parts = rows.map((count) => {
      const columnsOf = (entries: Int32Array) => columns(entries, steps, batchSize, column, count);
      const share = { inputs: columnsOf(inputs), targets: columnsOf(targets), steps };
      column += count;
      return { rows: count, share: { ...share, startsAnew: sequence === 0 } };
    });
    return { parts, units: steps * batchSize };
  };
}

/** The columns of some parts, given how many each has. */
function columnsOfParts(
  rows: readonly number[],
  { first, count }: OwnParts,
): { first: number; count: number } {
  const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
  return { first: sum(rows.slice(0, first)), count: sum(rows.slice(first, first + count)) };
}

/** Columns `first` to `first + count − 1` of entries [T, B], as [T, count]. */
function columns(
  entries: Int32Array,
  steps: number,
  batch: number,
  first: number,
  count: number,
): Int32Array {
  const part = new Int32Array(steps * count);
  for (let t = 0; t < steps; t++) {
    const from = t * batch + first;
    part.set(entries.subarray(from, from + count), t * count);
  }
  return part;
}
