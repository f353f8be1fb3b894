// Writes HDF5 files that every version of the library reads (HDF5 File Format Specification 3.0): superblock 0 (II.A), groups as a
// tree (III.A.1) of one symbol table (III.C) whose names lie in a local heap (III.D), values in one piece.
import { UnrolledError } from "../../errors.ts";
import { Hdf5Bytes } from "./hdf5-bytes.ts";
import { attributeMessage, datasetMessages, groupMessage, NOWHERE, objectHeader } from "./write-messages.ts";

/** A group to be written: attributes, each a text or a list of texts, and members by name. */
export interface Hdf5Group {
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  readonly members: ReadonlyMap<string, Hdf5Group | Hdf5Floats>;
}

/** A dataset of float32 to be written, in row-major order. */
export interface Hdf5Floats {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const SUPERBLOCK_BYTES = 96;
/** Room in a node of a tree, which every reader takes from the superblock. */
const TREE_K = 16;
const LEAST_TABLE_K = 4;
const MOST_MEMBERS = 2 * 0x7fff;
/** A local heap without free places says so. */
const NO_FREE_PLACE = 1;
const IS_GROUP = 1;

const encoder = new TextEncoder();

interface WrittenGroup {
  readonly header: number;
  readonly tree: number;
  readonly heap: number;
}

interface Symbol {
  /** Where its name lies in the heap. */
  readonly name: number;
  readonly header: number;
  readonly group?: WrittenGroup;
}

/**
 * The bytes of a file with this root group.
 *
 * @throws UnrolledError "invalid-argument" for an attribute larger than the format allows, or too many members of a group
 */
export function writeHdf5(root: Hdf5Group): Uint8Array {
  const pieces: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  let end = SUPERBLOCK_BYTES;
  const put = (bytes: Uint8Array): number => {
    const address = end;
    pieces.push({ address, bytes });
    end += Math.ceil(bytes.length / 8) * 8;
    return address;
  };
  // All tables have the room of the fullest.
  const tableK = Math.max(LEAST_TABLE_K, Math.ceil(mostMembers(root) / 2));
  const group = writeGroup(root, put, tableK);
  const file = new Uint8Array(end);
  for (const { address, bytes } of pieces) file.set(bytes, address);
  file.set(superblock(group, end, tableK));
  return file;
}

function superblock({ header, tree, heap }: WrittenGroup, end: number, tableK: number): Uint8Array {
  return new Hdf5Bytes()
    .u8(0x89)
    .text("HDF\r\n\x1a\n")
    .zeros(5)
    .u8(8, 8, 0)
    .u16(tableK)
    .u16(TREE_K)
    .u32(0)
    .u64(0)
    .u64(NOWHERE)
    .u64(end)
    .u64(NOWHERE)
    .u64(0)
    .u64(header)
    .u32(IS_GROUP)
    .u32(0)
    .u64(tree)
    .u64(heap)
    .done();
}

function writeGroup(group: Hdf5Group, put: (bytes: Uint8Array) => number, tableK: number): WrittenGroup {
  // Readers look for names by halving, so that they have to be sorted by their bytes.
  const members = [...group.members].map(([name, member]) => ({ name: encoder.encode(name), member }));
  members.sort((a, b) => compared(a.name, b.name));
  // The empty name in front is the tree's first key.
  const names = new Hdf5Bytes().zeros(8);
  let end = 8;
  const symbols = members.map(({ name, member }): Symbol => {
    const at = end;
    names.bytes(name).zeros(8 - (name.length % 8));
    end += name.length + 8 - (name.length % 8);
    if ("data" in member) return { name: at, header: writeDataset(member, put) };
    const inside = writeGroup(member, put, tableK);
    return { name: at, header: inside.header, group: inside };
  });
  const nameData = put(names.done());
  const heap = put(new Hdf5Bytes().text("HEAP").zeros(4).u64(end).u64(NO_FREE_PLACE).u64(nameData).done());
  const tree = put(groupTree(symbols, () => put(symbolTable(symbols, tableK))));
  const attributes = Object.entries(group.attributes ?? {}).map(([name, value]) =>
    attributeMessage(name, value),
  );
  return { header: put(objectHeader([groupMessage(tree, heap), ...attributes])), tree, heap };
}

function symbolTable(symbols: readonly Symbol[], tableK: number): Uint8Array {
  const bytes = new Hdf5Bytes().text("SNOD").u8(1, 0).u16(symbols.length);
  for (const { name, header, group } of symbols) {
    bytes
      .u64(name)
      .u64(header)
      .u32(group ? IS_GROUP : 0)
      .u32(0);
    if (group) bytes.u64(group.tree).u64(group.heap);
    else bytes.zeros(16);
  }
  return bytes.zeros((2 * tableK - symbols.length) * 40).done();
}

/** A tree of one table; without members it has no table. */
function groupTree(symbols: readonly Symbol[], putTable: () => number): Uint8Array {
  const last = symbols.at(-1);
  const bytes = new Hdf5Bytes()
    .text("TREE")
    .u8(0, 0)
    .u16(last ? 1 : 0)
    .u64(NOWHERE)
    .u64(NOWHERE);
  const room = 4 * TREE_K + 1;
  if (last === undefined) return bytes.zeros(room * 8).done();
  return bytes
    .u64(0)
    .u64(putTable())
    .u64(last.name)
    .zeros((room - 3) * 8)
    .done();
}

function writeDataset({ shape, data }: Hdf5Floats, put: (bytes: Uint8Array) => number): number {
  const values = new Uint8Array(data.length * Float32Array.BYTES_PER_ELEMENT);
  const view = new DataView(values.buffer);
  for (let index = 0; index < data.length; index++)
    view.setFloat32(index * Float32Array.BYTES_PER_ELEMENT, data[index], true);
  const address = values.length > 0 ? put(values) : 0;
  return put(objectHeader(datasetMessages(shape, address, values.length)));
}

function mostMembers(group: Hdf5Group): number {
  if (group.members.size > MOST_MEMBERS) {
    throw new UnrolledError("invalid-argument", {
      call: "writeHdf5",
      problem: `a group has ${group.members.size} members, no more than ${MOST_MEMBERS} are possible`,
    });
  }
  let most = group.members.size;
  for (const member of group.members.values())
    if (!("data" in member)) most = Math.max(most, mostMembers(member));
  return most;
}

function compared(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return a[index] - b[index];
  return a.length - b.length;
}
