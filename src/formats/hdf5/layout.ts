// HDF5 File Format Specification 3.0, IV.A.2.i: where the values of a dataset lie.
import type { Hdf5Reader } from "./hdf5-source.ts";

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const FILTERED_SINGLE_CHUNK = 0x02;
const GREATEST_RANK = 33;

/** How chunks are found. */
export type ChunkIndex =
  | { readonly kind: "tree" }
  | { readonly kind: "single"; readonly storedBytes?: number; readonly mask: number }
  | { readonly kind: "implicit" }
  | { readonly kind: "fixed array" };

/** Where values lie: in the header itself, in one piece, or in chunks of equal shape. */
export type Layout =
  | { readonly kind: "compact"; readonly start: number; readonly length: number }
  | { readonly kind: "contiguous"; readonly address: number | undefined; readonly length: number }
  | {
      readonly kind: "chunked";
      readonly address: number | undefined;
      readonly chunkShape: readonly number[];
      readonly index: ChunkIndex;
    };

/** Reads the layout that the reader stands at. */
export function readLayout(reader: Hdf5Reader): Layout {
  const version = reader.version([3, 4], "a dataset's layout");
  const kind = reader.u8("a layout's class");
  switch (kind) {
    case COMPACT: {
      const length = reader.u16("a layout's length");
      return { kind: "compact", start: reader.position, length };
    }
    case CONTIGUOUS:
      return {
        kind: "contiguous",
        address: reader.address("a dataset"),
        length: reader.length("a dataset's length"),
      };
    case CHUNKED:
      return version === 3 ? chunkedByTree(reader) : chunkedByIndex(reader);
    default:
      throw reader.invalid(`a dataset is laid out in class ${kind}, which is not read`);
  }
}

function chunkedByTree(reader: Hdf5Reader): Layout {
  const rank = checkedRank(reader);
  const address = reader.address("the tree of a dataset's chunks");
  const sizes = Array.from({ length: rank }, () => reader.u32("a chunk's size"));
  return { kind: "chunked", address, chunkShape: checkedShape(reader, sizes), index: { kind: "tree" } };
}

function chunkedByIndex(reader: Hdf5Reader): Layout {
  const flags = reader.u8("a layout's flags");
  const rank = checkedRank(reader);
  const width = reader.u8("the width of chunk sizes");
  if (width < 1 || width > 8) throw reader.invalid(`sizes of chunks are ${width} bytes wide, needed 1 to 8`);
  const sizes = Array.from({ length: rank }, () => reader.whole(width, "a chunk's size"));
  const chunkShape = checkedShape(reader, sizes);
  const index = readIndex(reader, flags);
  return { kind: "chunked", chunkShape, index, address: reader.address("the index of a dataset's chunks") };
}

function readIndex(reader: Hdf5Reader, flags: number): ChunkIndex {
  const type = reader.u8("the kind of chunk index");
  switch (type) {
    case 1:
      if (!(flags & FILTERED_SINGLE_CHUNK)) return { kind: "single", mask: 0 };
      return {
        kind: "single",
        storedBytes: reader.length("a chunk's length"),
        mask: reader.u32("a chunk's filters"),
      };
    case 2:
      return { kind: "implicit" };
    case 3:
      reader.skip(1, "an array of chunks");
      return { kind: "fixed array" };
    default:
      throw reader.invalid(
        `chunks are indexed by ${type === 4 ? "an extensible array" : type === 5 ? "a second-version tree" : `kind ${type}`}, which is not read: datasets that can grow, in the latest format, have to be written again with a fixed shape`,
      );
  }
}

/** The rank of chunks counts the bytes of an element as an axis of its own. */
function checkedRank(reader: Hdf5Reader): number {
  const rank = reader.u8("a chunk's rank");
  if (rank < 2 || rank > GREATEST_RANK)
    throw reader.invalid(`chunks have ${rank} axes, needed 2 to ${GREATEST_RANK}`);
  return rank;
}

/** Without the last axis, the bytes of an element. */
function checkedShape(reader: Hdf5Reader, sizes: readonly number[]): number[] {
  const bytes = sizes.reduce((product, size) => product * size, 1);
  if (!(bytes > 0 && bytes < 2 ** 32))
    throw reader.invalid(`chunks have ${bytes} bytes, needed 1 to 2^32 − 1`);
  return sizes.slice(0, -1);
}
