// HDF5 File Format Specification 3.0, III.A.2: trees of the second version, which hold records of one size.
import { bytesFor } from "./bytes-for.ts";
import { checkedBy } from "./checked-by.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

const GREATEST_DEPTH = 16;
/** Signature, version, kind and checksum of a node. */
const NODE_BYTES = 10;

interface Level {
  /** Records that a node of this level has room for. */
  readonly most: number;
  /** Width of the number of records below a node of this level. */
  readonly belowBytes: number;
  readonly below: number;
}

/**
 * The records of a tree, in any order.
 *
 * @param kind of records that the tree has to hold
 * @param most records that are allowed
 */
export function readTreeRecords(
  source: Hdf5Source,
  address: number,
  kind: number,
  most: number,
): Hdf5Reader[] {
  const header = source.at(address, "a tree");
  const start = header.position;
  header.signature("BTHD", "a tree");
  header.version([0], "a tree");
  const found = header.u8("a tree's kind");
  if (found !== kind) throw header.invalid(`a tree holds records of kind ${found}, needed ${kind}`);
  const nodeBytes = header.u32("the size of a tree's nodes");
  const recordBytes = header.u16("the size of a tree's records");
  const depth = header.u16("a tree's depth");
  header.skip(2, "a tree's split");
  const root = header.address("a tree's root");
  const rootCount = header.u16("a tree's records");
  const total = header.length("a tree's records");
  checkedBy(header, start, "a tree");
  if (depth > GREATEST_DEPTH || recordBytes === 0 || nodeBytes < NODE_BYTES + recordBytes) {
    throw header.invalid("a tree has nodes of impossible sizes");
  }
  if (total > most) throw header.invalid(`a tree has ${total} records, no more than ${most} are allowed`);
  const levels = levelsOf(nodeBytes, recordBytes, depth, source.sizes.offsetSize);
  const countBytes = bytesFor(levels[0].most);

  const records: Hdf5Reader[] = [];
  const pending = root === undefined ? [] : [{ address: root, count: rootCount, level: depth }];
  while (pending.length > 0) {
    const { address: nodeAddress, count, level } = pending.pop()!;
    const node = source.at(nodeAddress, "a node of a tree");
    const nodeStart = node.position;
    node.signature(level === 0 ? "BTLF" : "BTIN", "a node of a tree");
    node.version([0], "a node of a tree");
    node.skip(1, "a node's kind");
    if (records.length + count > total) throw node.invalid("a tree has more records than it says");
    for (let index = 0; index < count; index++) {
      source.count("a record of a tree");
      records.push(source.reader(node.take(recordBytes, "a record of a tree")));
    }
    if (level > 0) {
      for (let index = 0; index <= count; index++) {
        source.count("a node of a tree");
        const child = node.someAddress("a node of a tree");
        const childCount = node.whole(countBytes, "a node's records");
        if (level > 1) node.skip(levels[level - 1].belowBytes, "a node's records");
        pending.push({ address: child, count: childCount, level: level - 1 });
      }
    }
    checkedBy(node, nodeStart, "a node of a tree");
  }
  if (records.length !== total) throw header.invalid("a tree has fewer records than it says");
  return records;
}

function levelsOf(nodeBytes: number, recordBytes: number, depth: number, offsetSize: number): Level[] {
  const leafMost = Math.floor((nodeBytes - NODE_BYTES) / recordBytes);
  const levels: Level[] = [{ most: leafMost, belowBytes: 0, below: leafMost }];
  for (let level = 1; level <= depth; level++) {
    const { belowBytes, below } = levels[level - 1];
    const pointerBytes = offsetSize + bytesFor(leafMost) + belowBytes;
    const most = Math.floor((nodeBytes - NODE_BYTES - pointerBytes) / (recordBytes + pointerBytes));
    const all = (most + 1) * below + most;
    levels.push({ most, belowBytes: bytesFor(all), below: all });
  }
  return levels;
}
