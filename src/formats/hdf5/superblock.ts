// HDF5 File Format Specification 3.0, II.A: where a file says how wide its addresses are and where its root group lies.
import { checkedBy } from "./checked-by.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const WIDTHS = [2, 4, 8];

/** Whether the bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** Reads the superblock, sets the widths of `source`, and gives the address of the root group's object header. */
export function readSuperblock(source: Hdf5Source): number {
  const start = superblockStart(source);
  const reader = source.reader(source.bytes).seek(start, "the superblock");
  reader.skip(SIGNATURE.length, "the superblock");
  const version = reader.version([0, 1, 2, 3], "the superblock");
  if (version < 2) {
    reader.skip(4, "the superblock");
    const offsetSize = width(reader, "offsets");
    const lengthSize = width(reader, "lengths");
    reader.skip(version === 0 ? 9 : 13, "the superblock");
    source.sizes = { offsetSize, lengthSize, base: reader.whole(offsetSize, "the base address") };
    const rest = source.between(reader.position, source.bytes.length, "the superblock");
    rest.skip(3 * offsetSize, "the superblock's addresses");
    rest.skip(offsetSize, "the root group's name");
    return rest.someAddress("the root group");
  }
  const offsetSize = width(reader, "offsets");
  const lengthSize = width(reader, "lengths");
  reader.skip(1, "the superblock's flags");
  source.sizes = { offsetSize, lengthSize, base: reader.whole(offsetSize, "the base address") };
  const rest = source.between(reader.position, source.bytes.length, "the superblock");
  rest.skip(2 * offsetSize, "the superblock's addresses");
  const root = rest.someAddress("the root group");
  checkedBy(rest, start, "the superblock");
  return root;
}

/** The superblock stands at the file's beginning, or behind a block of the user's own of 512, 1024, 2048, … bytes. */
function superblockStart(source: Hdf5Source): number {
  for (
    let start = 0;
    start + SIGNATURE.length <= source.bytes.length;
    start = start === 0 ? 512 : start * 2
  ) {
    if (isHdf5(source.bytes.subarray(start))) return start;
  }
  throw source.reader(source.bytes).invalid("the file is no HDF5 file");
}

function width(reader: Hdf5Reader, what: string): number {
  const size = reader.u8(`the size of ${what}`);
  if (!WIDTHS.includes(size)) {
    throw reader.invalid(`the size of ${what} is ${size}, needed ${WIDTHS.join(", ")}`);
  }
  return size;
}
