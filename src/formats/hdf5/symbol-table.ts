// HDF5 File Format Specification 3.0, III.A.1, III.B, III.D: groups of the older kind, a tree of symbol tables whose names lie in a heap.
import { checkedLevel } from "./chunks.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

const GROUP_NODE = 0;
const SYMBOLIC_LINK = 2;

/** Adds names and addresses of a group's members to `links`. The reader stands at a symbol table message. */
export function readSymbolTable(source: Hdf5Source, message: Hdf5Reader, links: Map<string, number>): void {
  const tree = message.someAddress("a group's tree");
  const names = readLocalHeap(source, message.someAddress("a group's names"));
  const pending = [{ address: tree, level: -1 }];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (node.level === 0) {
      readSymbols(source, node.address, names, links);
      continue;
    }
    const reader = source.at(node.address, "a group's tree");
    reader.signature("TREE", "a group's tree");
    const type = reader.u8("a node's kind");
    if (type !== GROUP_NODE) throw reader.invalid(`a group's tree has a node of kind ${type}`);
    const level = checkedLevel(reader, node.level);
    const count = reader.u16("a node's number of children");
    reader.address("a node's neighbour");
    reader.address("a node's neighbour");
    for (let index = 0; index < count; index++) {
      source.count("a node of a group's tree");
      reader.length("a node's first name");
      pending.push({ address: reader.someAddress("a group's tree"), level });
    }
  }
}

/** The bytes that names lie in. */
function readLocalHeap(source: Hdf5Source, address: number): Hdf5Reader {
  const reader = source.at(address, "a group's names");
  reader.signature("HEAP", "a group's names");
  reader.version([0], "a group's names");
  reader.skip(3, "a group's names");
  const size = reader.length("the length of a group's names");
  reader.length("the free places of a group's names");
  const data = source.at(reader.someAddress("a group's names"), "a group's names");
  return source.reader(data.take(size, "a group's names"));
}

function readSymbols(
  source: Hdf5Source,
  address: number,
  names: Hdf5Reader,
  links: Map<string, number>,
): void {
  const reader = source.at(address, "a symbol table");
  reader.signature("SNOD", "a symbol table");
  reader.version([1], "a symbol table");
  reader.skip(1, "a symbol table");
  const count = reader.u16("a symbol table's length");
  for (let index = 0; index < count; index++) {
    source.count("a member of a group");
    names.seek(reader.whole(source.sizes.offsetSize, "a member's name"), "a member's name");
    const object = reader.address("a member of a group");
    const kind = reader.u32("a member's kind");
    reader.skip(20, "a member of a group");
    const name = names.upToZero("a member's name");
    source.allowance.take(2 * name.length, "a member's name");
    if (kind !== SYMBOLIC_LINK && object !== undefined) links.set(name, object);
  }
}
