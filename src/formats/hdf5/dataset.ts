import { type Chunk, findChunks } from "./chunks.ts";
import { elementCount } from "./dataspace.ts";
import type { Datatype } from "./datatype.ts";
import { type Filter, unfiltered } from "./filters.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";
import type { Layout } from "./layout.ts";
import { decodeValues, type Hdf5Values } from "./values.ts";

/** How far chunks may reach over the edges of their dataset, which costs time for nothing. */
const GREATEST_OVERHANG = 16;
const LEAST_CHUNKS_BYTES = 1 << 20;

/** What an object's header says of a dataset. */
export interface Dataset {
  readonly shape: readonly number[];
  readonly type: Datatype;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
}

/** All values of a dataset. `what` names it in errors. */
export async function readDataset(source: Hdf5Source, dataset: Dataset, what: string): Promise<Hdf5Values> {
  const { shape, type } = dataset;
  const length = elementCount(shape) * type.size;
  const bytes = length === 0 ? new Uint8Array(0) : await storedBytes(source, dataset, length, what);
  return decodeValues(source, type, shape, bytes, what);
}

async function storedBytes(
  source: Hdf5Source,
  dataset: Dataset,
  length: number,
  what: string,
): Promise<Uint8Array> {
  const { layout, filters } = dataset;
  if (layout.kind === "chunked") return fromChunks(source, dataset, layout, length, what);
  if (filters.length > 0) throw source.between(0, 0, what).invalid(`${what} has filters but no chunks`);
  const address = layout.kind === "compact" ? layout.start - source.sizes.base : layout.address;
  const reader = source.at(address ?? 0, what);
  if (address === undefined) throw reader.invalid(`${what} was never written`);
  if (length > layout.length)
    throw reader.invalid(`${what} needs ${length} bytes, but ${layout.length} are stored`);
  return reader.take(length, what);
}

async function fromChunks(
  source: Hdf5Source,
  dataset: Dataset,
  layout: Layout & { kind: "chunked" },
  length: number,
  what: string,
): Promise<Uint8Array> {
  const { shape, type, filters } = dataset;
  const { chunkShape } = layout;
  const reader = source.between(0, 0, what);
  if (chunkShape.length !== shape.length)
    throw reader.invalid(`${what} has ${shape.length} axes, its chunks ${chunkShape.length}`);
  const chunkBytes = elementCount(chunkShape) * type.size;
  const chunks = findChunks(source, layout, shape, chunkBytes);
  checkPlaces(reader, chunks, shape, chunkShape, what);
  if (chunks.length * chunkBytes > GREATEST_OVERHANG * length + LEAST_CHUNKS_BYTES)
    throw reader.invalid(
      `${what} has ${length} bytes in ${chunks.length} chunks of ${chunkBytes}, which are far larger`,
    );
  // One chunk at a time is there beside the whole.
  source.allowance.take(length + (filters.length > 0 ? chunkBytes : 0), what);
  const output = new Uint8Array(length);
  for (const chunk of chunks) {
    const stored = source.at(chunk.address, what).take(chunk.storedBytes, what);
    const bytes = await unfiltered(reader, filters, chunk.mask, stored, chunkBytes);
    place(output, shape, bytes, chunkShape, chunk.begin, type.size);
  }
  return output;
}

/** Each chunk has to be there once. */
function checkPlaces(
  reader: Hdf5Reader,
  chunks: readonly Chunk[],
  shape: readonly number[],
  chunkShape: readonly number[],
  what: string,
): void {
  const seen = new Set<string>();
  for (const { begin } of chunks) {
    begin.forEach((at, axis) => {
      if (at % chunkShape[axis] !== 0 || at >= shape[axis])
        throw reader.invalid(`${what} has a chunk at [${begin.join(", ")}], which is no place of one`);
    });
    seen.add(begin.join());
  }
  const needed = elementCount(shape.map((size, axis) => Math.ceil(size / chunkShape[axis])));
  if (seen.size !== needed || chunks.length !== needed) {
    throw reader.invalid(`${what} has ${chunks.length} chunks, needed ${needed}, each once`);
  }
}

/** Copies the part of a chunk that lies within the dataset, run by run along the last axis. */
function place(
  output: Uint8Array,
  shape: readonly number[],
  chunk: Uint8Array,
  chunkShape: readonly number[],
  begin: readonly number[],
  elementBytes: number,
): void {
  const last = shape.length - 1;
  const inside = shape.map((size, axis) => Math.min(chunkShape[axis], size - begin[axis]));
  const runBytes = inside[last] * elementBytes;
  const runs = elementCount(inside.slice(0, last));
  for (let run = 0; run < runs; run++) {
    let from = 0;
    let to = begin[last];
    for (
      let axis = last - 1, rest = run, chunkStride = chunkShape[last], stride = shape[last];
      axis >= 0;
      axis--
    ) {
      const at = rest % inside[axis];
      rest = Math.floor(rest / inside[axis]);
      from += at * chunkStride;
      to += (begin[axis] + at) * stride;
      chunkStride *= chunkShape[axis];
      stride *= shape[axis];
    }
    output.set(chunk.subarray(from * elementBytes, from * elementBytes + runBytes), to * elementBytes);
  }
}
