// Documents side by side: those of like length together, each read from state zero, the long ones in several sequences with the state
// carried from one to the next. What comes behind a document's end counts for nothing.
import { Generator } from "../../../random/philox.ts";
import type { Batch, BatchPlace } from "../../task.ts";
import type { LanguageModelShare } from "../language-replica.ts";
import type { ConditionRow } from "./condition-row.ts";
import { type ConditionedDocument, predictionsOf } from "./documents.ts";

/** A target that is not predicted. */
const NO_TARGET = -100;
/** Places of the orders, of the groups' orders and of the hidden conditions among an epoch's streams of random numbers. */
const [ORDER, GROUPS, HIDDEN] = [0, 1, 2];
/** Place of all of them among a seed's streams. */
const DOCUMENTS = 8;

/** Sequences [T, B] of documents side by side. */
export interface DocumentSequence {
  readonly inputs: Int32Array;
  /** A row of each step's condition: its id [T, B], or its numbers [T, B, N + 1]. */
  readonly conditions: ConditionRow;
  readonly targets: Int32Array;
  readonly steps: number;
}

/** How documents become batches. */
export interface DocumentBatchOptions {
  readonly batchSize: number;
  /** Steps of a sequence at most. */
  readonly seqLength: number;
  readonly seed: number;
  /** The share of documents whose condition is hidden, others in each epoch. */
  readonly hidden: number;
  /** What the network reads for a hidden condition. */
  readonly unknown: ConditionRow;
}

/** The batches of each epoch: as many in every one, of other documents side by side, in another order. */
export function documentBatches(
  documents: readonly ConditionedDocument[],
  options: DocumentBatchOptions,
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[]): Batch<LanguageModelShare>;
} {
  let places = epochOf(documents, options, 0);
  let epochOfPlaces = 0;
  return {
    batchesPerEpoch: places.length,
    batch({ epoch, batch }, rows) {
      if (epoch !== epochOfPlaces) places = epochOf(documents, options, epoch);
      epochOfPlaces = epoch;
      const { group, sequence } = places[batch];
      let column = 0;
      let units = 0;
      const parts = rows.map((count) => {
        const own = group.slice(column, column + count);
        column += count;
        const steps = stepsOf(group, sequence, options.seqLength);
        const { seqLength, unknown } = options;
        const share = sequenceOf(own, count, { start: sequence * seqLength, steps, unknown });
        for (const target of share.targets) if (target !== NO_TARGET) units += 1;
        return { rows: count, share: { ...share, startsAnew: sequence === 0 } };
      });
      return { parts, units };
    },
  };
}

/** Which steps of documents a sequence has, and what an unknown condition is. */
export interface PlaceInDocuments {
  readonly start: number;
  readonly steps: number;
  readonly unknown: ConditionRow;
}

/**
 * A sequence of documents side by side, one a column: steps `start` to `start + steps` − 1 of each, and nothing to predict behind its
 * end or in columns without one.
 */
export function sequenceOf(
  documents: readonly ConditionedDocument[],
  columns: number,
  { start, steps, unknown }: PlaceInDocuments,
): DocumentSequence {
  const inputs = new Int32Array(steps * columns);
  const width = unknown.length;
  const conditions =
    unknown instanceof Float32Array ? new Float32Array(inputs.length * width) : new Int32Array(inputs.length);
  const targets = new Int32Array(inputs.length).fill(NO_TARGET);
  for (const [column, { ids, condition }] of documents.entries()) {
    for (let t = 0; t < steps; t++) {
      const at = t * columns + column;
      conditions.set(condition, at * width);
      if (start + t + 1 >= ids.length) continue;
      inputs[at] = ids[start + t];
      targets[at] = ids[start + t + 1];
    }
  }
  return { inputs, conditions, targets, steps };
}

/** Steps of a group's sequence: no more than its longest document has left. */
export function stepsOf(group: readonly ConditionedDocument[], sequence: number, seqLength: number): number {
  const longest = Math.max(...group.map(predictionsOf));
  return Math.min(seqLength, longest - sequence * seqLength);
}

interface PlaceOfSequence {
  readonly group: readonly ConditionedDocument[];
  readonly sequence: number;
}

function epochOf(
  documents: readonly ConditionedDocument[],
  { batchSize, seqLength, seed, hidden, unknown }: DocumentBatchOptions,
  epoch: number,
): readonly PlaceOfSequence[] {
  const generator = new Generator(seed).fork(DOCUMENTS).fork(epoch);
  const draws = generator.fork(HIDDEN);
  const shown = documents.map((document) =>
    draws.uniform() < hidden ? { ...document, condition: unknown } : document,
  );
  // A group has documents of one length in every epoch, or, of long ones, of one number of sequences: so do epochs.
  const length = (document: ConditionedDocument) => {
    const predictions = predictionsOf(document);
    return predictions <= seqLength ? predictions : Math.ceil(predictions / seqLength) * seqLength;
  };
  const ordered = Array.from(generator.fork(ORDER).permutation(shown.length), (place) => shown[place]).sort(
    (left, right) => length(left) - length(right),
  );
  const groups = Array.from({ length: Math.ceil(ordered.length / batchSize) }, (_, group) =>
    ordered.slice(group * batchSize, (group + 1) * batchSize),
  );
  return Array.from(generator.fork(GROUPS).permutation(groups.length), (place) => groups[place]).flatMap(
    (group) => {
      const sequences = Math.ceil(Math.max(...group.map(predictionsOf)) / seqLength);
      return Array.from({ length: sequences }, (_, sequence) => ({ group, sequence }));
    },
  );
}
