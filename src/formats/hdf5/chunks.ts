// HDF5 File Format Specification 3.0, III.A.1 (trees of chunks) and VII.C (fixed arrays).
import { checkedBy } from "./checked-by.ts";
import { elementCount } from "./dataspace.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";
import type { Layout } from "./layout.ts";

/** A tree of 2⁶⁴ leaves would be no deeper. */
const GREATEST_LEVEL = 64;
const CHUNK_NODE = 1;
const FILTERED = 1;

/** A chunk: the place of its first element, where its bytes lie, how many, and which filters were left out. */
export interface Chunk {
  readonly begin: readonly number[];
  readonly address: number;
  readonly storedBytes: number;
  readonly mask: number;
}

/**
 * The chunks of a dataset that were written.
 *
 * @param shape the dataset's
 * @param chunkBytes of a chunk before its filters
 */
export function findChunks(
  source: Hdf5Source,
  layout: Layout & { kind: "chunked" },
  shape: readonly number[],
  chunkBytes: number,
): Chunk[] {
  const { address, index, chunkShape } = layout;
  if (address === undefined) return [];
  const begin = shape.map(() => 0);
  switch (index.kind) {
    case "tree":
      return chunksOfTree(source, address, shape.length);
    case "single":
      return [{ begin, address, storedBytes: index.storedBytes ?? chunkBytes, mask: index.mask }];
    case "implicit": {
      const grid = chunkGrid(source, shape, chunkShape);
      return grid.map((place, at) => ({
        begin: place,
        address: address + at * chunkBytes,
        storedBytes: chunkBytes,
        mask: 0,
      }));
    }
    case "fixed array":
      return chunksOfArray(source, address, chunkGrid(source, shape, chunkShape), chunkBytes);
  }
}

/** Where each chunk begins, the last axis fastest. */
function chunkGrid(source: Hdf5Source, shape: readonly number[], chunkShape: readonly number[]): number[][] {
  const counts = shape.map((size, axis) => Math.ceil(size / chunkShape[axis]));
  const count = elementCount(counts);
  source.allowance.take(count * 8 * (shape.length + 4), "a dataset's chunks");
  return Array.from({ length: count }, (_, at) => {
    const place: number[] = [];
    for (let axis = counts.length - 1, rest = at; axis >= 0; axis--) {
      place.unshift((rest % counts[axis]) * chunkShape[axis]);
      rest = Math.floor(rest / counts[axis]);
    }
    return place;
  });
}

function chunksOfTree(source: Hdf5Source, root: number, rank: number): Chunk[] {
  const chunks: Chunk[] = [];
  const pending = [{ address: root, level: -1 }];
  while (pending.length > 0) {
    const node = pending.pop()!;
    const reader = source.at(node.address, "a tree of chunks");
    reader.signature("TREE", "a tree of chunks");
    const type = reader.u8("a node's kind");
    if (type !== CHUNK_NODE) throw reader.invalid(`a tree of chunks has a node of kind ${type}`);
    const level = checkedLevel(reader, node.level);
    const count = reader.u16("a node's number of children");
    reader.address("a node's neighbour");
    reader.address("a node's neighbour");
    for (let index = 0; index < count; index++) {
      source.count("a chunk");
      const storedBytes = reader.u32("a chunk's length");
      const mask = reader.u32("a chunk's filters");
      const begin = Array.from({ length: rank }, () => reader.u64("a chunk's place"));
      reader.u64("a chunk's place");
      const address = reader.someAddress("a chunk");
      if (level === 0) chunks.push({ begin, address, storedBytes, mask });
      else pending.push({ address, level });
    }
  }
  return chunks;
}

/** The level of a node, which has to be one below its parent's. */
export function checkedLevel(reader: Hdf5Reader, parentLevel: number): number {
  const level = reader.u8("a node's level");
  if (parentLevel < 0 ? level > GREATEST_LEVEL : level !== parentLevel - 1) {
    throw reader.invalid(`a tree has a node of level ${level} where it cannot be`);
  }
  return level;
}

function chunksOfArray(source: Hdf5Source, address: number, grid: number[][], chunkBytes: number): Chunk[] {
  const header = source.at(address, "an array of chunks");
  const start = header.position;
  header.signature("FAHD", "an array of chunks");
  header.version([0], "an array of chunks");
  const isFiltered = header.u8("an array's kind") === FILTERED;
  const entryBytes = header.u8("the size of an array's entries");
  const pageBits = header.u8("an array's pages");
  const count = header.length("an array's length");
  const blockAddress = header.someAddress("an array's entries");
  checkedBy(header, start, "an array of chunks");
  const lengthBytes = entryBytes - source.sizes.offsetSize - 4;
  if (isFiltered ? lengthBytes < 1 || lengthBytes > 8 : entryBytes !== source.sizes.offsetSize) {
    throw header.invalid(`an array of chunks has entries of ${entryBytes} bytes`);
  }
  if (count !== grid.length) throw header.invalid(`an array has ${count} entries for ${grid.length} chunks`);

  const block = source.at(blockAddress, "an array's entries");
  const blockStart = block.position;
  block.signature("FADB", "an array's entries");
  block.version([0], "an array's entries");
  block.skip(1, "an array's kind");
  block.someAddress("an array's header");
  const pageEntries = 2 ** pageBits;
  const isPaged = count > pageEntries;
  if (isPaged) {
    block.skip(Math.ceil(Math.ceil(count / pageEntries) / 8), "an array's pages");
    checkedBy(block, blockStart, "an array's pages");
  }
  const chunks: Chunk[] = [];
  let checkedFrom = isPaged ? block.position : blockStart;
  for (let index = 0; index < count; index++) {
    const chunkAddress = block.address("a chunk");
    const storedBytes = isFiltered ? block.whole(lengthBytes, "a chunk's length") : chunkBytes;
    const mask = isFiltered ? block.u32("a chunk's filters") : 0;
    if (chunkAddress !== undefined)
      chunks.push({ begin: grid[index], address: chunkAddress, storedBytes, mask });
    if (index === count - 1 || (isPaged && (index + 1) % pageEntries === 0)) {
      checkedBy(block, checkedFrom, "an array's entries");
      checkedFrom = block.position;
    }
  }
  return chunks;
}
