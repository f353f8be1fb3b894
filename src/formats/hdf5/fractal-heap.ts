// HDF5 File Format Specification 3.0, III.F: the fractal heap, where many links or attributes of one object lie. Its blocks double in
// size from row to row of a table; blocks of the later rows are tables again.
import { readTreeRecords } from "./b-tree-2.ts";
import { bytesFor } from "./bytes-for.ts";
import { checkedBy } from "./checked-by.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

const MANAGED = 0;
const HUGE = 1;
const TINY = 2;
const CHECKED_BLOCKS = 0x02;
const MOST_HUGE_OBJECTS = 1 << 16;
const HUGE_RECORDS = 1;

interface HeapHeader {
  readonly address: number;
  readonly idBytes: number;
  readonly blocksAreChecked: boolean;
  readonly width: number;
  readonly startBlockBytes: number;
  readonly greatestBlockBytes: number;
  /** Width of a place in the heap. */
  readonly placeBytes: number;
  /** Width of an object's length. */
  readonly lengthBytes: number;
  readonly root: number | undefined;
  readonly rootRows: number;
  readonly hugeTree: number | undefined;
}

/** Opens the heap at an address, and gives a function from an object's ID to the object. */
export function openFractalHeap(source: Hdf5Source, address: number): (id: Uint8Array) => Hdf5Reader {
  const header = readHeapHeader(source, address);
  let hugeObjects: Map<number, { address: number; length: number }> | undefined;
  return (id) => {
    const reader = source.reader(id);
    const kind = (reader.u8("an object's ID") >> 4) & 0x03;
    if (kind === MANAGED) {
      const place = reader.whole(header.placeBytes, "an object's place");
      const length = reader.whole(header.lengthBytes, "an object's length");
      return managedObject(source, header, place, length);
    }
    if (kind === TINY) return source.reader(reader.take((id[0] & 0x0f) + 1, "a tiny object"));
    if (kind !== HUGE) throw reader.invalid(`a heap has an object of kind ${kind}`);
    hugeObjects ??= readHugeObjects(source, header);
    const wanted = reader.whole(Math.min(8, header.idBytes - 1), "an object's number");
    const found = hugeObjects.get(wanted);
    if (found === undefined) throw reader.invalid(`a heap has no huge object ${wanted}`);
    return source.reader(source.at(found.address, "a huge object").take(found.length, "a huge object"));
  };
}

function readHeapHeader(source: Hdf5Source, address: number): HeapHeader {
  const reader = source.at(address, "a heap");
  const start = reader.position;
  reader.signature("FRHP", "a heap");
  reader.version([0], "a heap");
  const idBytes = reader.u16("the size of a heap's IDs");
  if (reader.u16("a heap's filters") !== 0) throw reader.invalid("a heap is compressed, which is not read");
  const flags = reader.u8("a heap's flags");
  const greatestObject = reader.u32("a heap's greatest object");
  reader.length("a heap's next huge object");
  const hugeTree = reader.address("a heap's huge objects");
  reader.length("a heap's free space");
  reader.address("a heap's free space");
  for (let index = 0; index < 8; index++) reader.length("a heap's counts");
  const width = reader.u16("the width of a heap's table");
  const startBlockBytes = reader.length("the size of a heap's first block");
  const greatestBlockBytes = reader.length("the size of a heap's greatest block");
  const placeBits = reader.u16("the size of a heap");
  reader.u16("the rows of a heap's table");
  const root = reader.address("a heap's root");
  const rootRows = reader.u16("the rows of a heap's root");
  checkedBy(reader, start, "a heap");
  const powers = [width, startBlockBytes, greatestBlockBytes];
  if (!powers.every(isPowerOfTwo) || startBlockBytes > greatestBlockBytes || placeBits > 64 || idBytes < 2) {
    throw reader.invalid("a heap has blocks of impossible sizes");
  }
  return {
    address,
    idBytes,
    blocksAreChecked: (flags & CHECKED_BLOCKS) !== 0,
    width,
    startBlockBytes,
    greatestBlockBytes,
    placeBytes: Math.ceil(placeBits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(greatestBlockBytes) / 8), bytesFor(greatestObject)),
    root,
    rootRows,
    hugeTree,
  };
}

/** Goes down from the root, from a table of blocks to the block in which the place lies. */
function managedObject(source: Hdf5Source, header: HeapHeader, place: number, length: number): Hdf5Reader {
  let address = header.root;
  let rows = header.rootRows;
  let begin = 0;
  let blockBytes = header.startBlockBytes;
  const directRows = Math.log2(header.greatestBlockBytes / header.startBlockBytes) + 2;
  while (rows > 0) {
    if (address === undefined) throw source.reader(source.bytes).invalid("a heap has no block for an object");
    const table = source.at(address, "a heap's table");
    table.signature("FHIB", "a heap's table");
    table.version([0], "a heap's table");
    table.address("a table's heap");
    table.skip(header.placeBytes, "a table's place");
    let entry = -1;
    let row = 0;
    for (let rowBegin = begin; row < rows; row++) {
      const rowBlock = header.startBlockBytes * 2 ** Math.max(0, row - 1);
      const column = Math.floor((place - rowBegin) / rowBlock);
      if (column < header.width) {
        entry = row * header.width + column;
        begin = rowBegin + column * rowBlock;
        blockBytes = rowBlock;
        break;
      }
      rowBegin += rowBlock * header.width;
    }
    if (entry < 0) throw table.invalid(`a heap has no place ${place}`);
    table.seek(table.position + entry * source.sizes.offsetSize, "a table's entry");
    address = table.address("a heap's block");
    const parentRows = rows;
    rows = row < directRows ? 0 : Math.log2(blockBytes / (header.startBlockBytes * header.width)) + 1;
    if (rows >= parentRows) throw table.invalid("a heap's table holds itself");
  }
  if (address === undefined) throw source.reader(source.bytes).invalid("a heap has no block for an object");
  const block = source.at(address, "a heap's block");
  const start = block.position;
  block.signature("FHDB", "a heap's block");
  const headBytes = 5 + source.sizes.offsetSize + header.placeBytes + (header.blocksAreChecked ? 4 : 0);
  const within = place - begin;
  if (within < headBytes || within + length > blockBytes) {
    throw block.invalid("an object leaves its block of a heap");
  }
  block.seek(start + within, "an object of a heap");
  return source.reader(block.take(length, "an object of a heap"));
}

function readHugeObjects(
  source: Hdf5Source,
  header: HeapHeader,
): Map<number, { address: number; length: number }> {
  const objects = new Map<number, { address: number; length: number }>();
  if (header.hugeTree === undefined) return objects;
  for (const record of readTreeRecords(source, header.hugeTree, HUGE_RECORDS, MOST_HUGE_OBJECTS)) {
    const address = record.someAddress("a huge object");
    const length = record.length("a huge object's length");
    objects.set(record.length("a huge object's number"), { address, length });
  }
  return objects;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && Number.isInteger(Math.log2(value));
}
