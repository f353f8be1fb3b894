// Streams side by side, as a network learns from them.
import { splitRows } from "../../parallel/split.ts";
import { Generator } from "../../random/philox.ts";
import { bucketedBatches } from "../fit/bucketed.ts";
import type { Batch, BatchPlace } from "../task.ts";
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
  {
    batchSize,
    seed,
    transpose,
  }: { readonly batchSize: number; readonly seed: number; readonly transpose: number },
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[]): Batch<StreamBatch>;
} {
  const lengths = Float64Array.from(streams, ({ length }) => length);
  let places = bucketedBatches(lengths, batchSize, { seed, epoch: 0 });
  let epochOfPlaces = 0;
  return {
    batchesPerEpoch: places.length,
    batch({ epoch, batch }, rows) {
      if (epoch !== epochOfPlaces) places = bucketedBatches(lengths, batchSize, { seed, epoch });
      epochOfPlaces = epoch;
      const generator = new Generator(seed).fork(TRANSPOSITIONS).fork(epoch);
      const chosen = Array.from(places[batch], (place) =>
        transpose === 0
          ? streams[place]
          : transposed(streams[place], generator.fork(place).integer(2 * transpose + 1) - transpose),
      );
      let first = 0;
      const parts = splitRows(chosen.length, rows.length).map((count) => {
        first += count;
        if (count === 0) return null;
        const own = chosen.slice(first - count, first);
        const weight = own.reduce((sum, { length }) => sum + length / width - 1, 0);
        return { rows: count, share: batchOfStreams(own, width), weight };
      });
      return { parts, units: chosen.length };
    },
  };
}

/** Streams side by side, filled up behind their ends. */
export function batchOfStreams(streams: readonly Float32Array[], width: number): StreamBatch {
  const steps = Math.max(...streams.map(({ length }) => length / width)) - 1;
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
