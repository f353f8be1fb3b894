// Streams side by side, as a network learns from them.

import type { OwnParts } from "../../parallel/split.ts";
import { Generator } from "../../random/philox.ts";
import { bucketedEpochs } from "../fit/bucketed.ts";
import { type Batch, type BatchPlace, batchOfShares } from "../task.ts";
import { KEYS } from "./frame-streams.ts";

/** Streams side by side. Plain data. */
export interface StreamBatch {
  readonly rows: number;
  readonly steps: number;
  /** [B, T, F]: the frames before, and the frames; NaN behind the end of a stream. */
  readonly xs: Float32Array;
  readonly targets: Float32Array;
}

/** Place of transpositions among a seed's streams of random numbers. */
const TRANSPOSITIONS = 14;
/** Longer streams are cut for training. */
const MOST_STEPS = 256;

/** The batches of streams of like length, each in another key in each epoch where pieces are transposed. */
export function streamBatches(
  streams: readonly Float32Array[],
  width: number,
  settings: { readonly batchSize: number; readonly seed: number; readonly transpose: number },
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[], own?: OwnParts): Batch<StreamBatch>;
} {
  const { seed, transpose } = settings;
  const lengths = Float64Array.from(streams, ({ length }) => length);
  const { batchesPerEpoch, placesOf } = bucketedEpochs(lengths, settings);
  return {
    batchesPerEpoch,
    batch(place, rows, own) {
      const generator = new Generator(seed).fork(TRANSPOSITIONS).fork(place.epoch);
      const heard = (at: number) =>
        transpose === 0
          ? streams[at]
          : transposed(streams[at], generator.fork(at).integer(2 * transpose + 1) - transpose);
      return batchOfShares(
        Array.from(placesOf(place)),
        rows,
        (places, isOwn) => ({
          share: batchOfStreams(isOwn ? places.map(heard) : [], width),
          weight: places.reduce((sum, at) => sum + streams[at].length / width - 1, 0),
        }),
        own,
      );
    },
  };
}

/** Streams side by side, filled up behind their ends. */
export function batchOfStreams(streams: readonly Float32Array[], width: number): StreamBatch {
  const steps = Math.max(1, ...streams.map(({ length }) => length / width)) - 1;
  const xs = new Float32Array(streams.length * steps * width);
  const targets = new Float32Array(xs.length).fill(Number.NaN);
  for (const [row, stream] of streams.entries()) {
    xs.set(stream.subarray(0, stream.length - width), row * steps * width);
    targets.set(stream.subarray(width), row * steps * width);
  }
  return { rows: streams.length, steps, xs, targets };
}

/** A piece so many keys higher; keys that would leave the piano are left out. */
function transposed(piece: Float32Array, keys: number): Float32Array {
  const moved = new Float32Array(piece.length);
  for (let at = 0; at < piece.length; at++) {
    if (piece[at] === 0) continue;
    const key = (at % KEYS) + keys;
    if (key >= 0 && key < KEYS) moved[at + keys] = 1;
  }
  return moved;
}

/** Pieces of a stream, each of which begins with the last frame of the one before. */
export function chunksOf(values: Float32Array, width: number): Float32Array[] {
  const steps = values.length / width;
  const count = Math.ceil(Math.max(1, steps - 1) / MOST_STEPS);
  return Array.from({ length: count }, (_, chunk) =>
    values.slice(chunk * MOST_STEPS * width, Math.min(steps, (chunk + 1) * MOST_STEPS + 1) * width),
  );
}
