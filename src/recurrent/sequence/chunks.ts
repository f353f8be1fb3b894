import type { RunSize } from "../cell.ts";

/** Steps start to start + steps − 1 of a sequence, whose products over time are taken together. */
export interface Chunk {
  readonly start: number;
  readonly steps: number;
}

/** Rows (steps × batch) of a chunk: enough for a matrix product to reach its speed, few enough for the second-level cache. */
const CHUNK_ROWS = 256;

/** The chunks of a sequence in the order in which a layer goes through it. */
export function chunksOf({ steps, batch }: RunSize, reverse: boolean): Chunk[] {
  const length = Math.max(1, Math.ceil(CHUNK_ROWS / batch));
  const chunks: Chunk[] = [];
  for (let first = 0; first < steps; first += length) {
    const count = Math.min(length, steps - first);
    chunks.push({ start: reverse ? steps - first - count : first, steps: count });
  }
  return chunks;
}

/** The steps of a chunk in the order in which a layer goes through them. */
export function stepsOf({ start, steps }: Chunk, reverse: boolean): number[] {
  return Array.from({ length: steps }, (_, index) => (reverse ? start + steps - 1 - index : start + index));
}
