// HDF5 File Format Specification 3.0, IV.A.2.g: the link message, a member of a group of the newer kind.
import type { Hdf5Reader } from "./hdf5-source.ts";

const TYPE_STORED = 0x08;
const ORDER_STORED = 0x04;
const CHARACTER_SET_STORED = 0x10;

/** Adds name and address of the member that the reader stands at to `links`; links to other files or by path are passed over. */
export function readLink(reader: Hdf5Reader, links: Map<string, number>): void {
  reader.version([1], "a link");
  const flags = reader.u8("a link's flags");
  const isHard = !(flags & TYPE_STORED) || reader.u8("a link's kind") === 0;
  if (flags & ORDER_STORED) reader.skip(8, "a link's creation order");
  if (flags & CHARACTER_SET_STORED) reader.skip(1, "a link's character set");
  const name = reader.text(reader.whole(2 ** (flags & 0x03), "the length of a link's name"), "a link's name");
  if (isHard) links.set(name, reader.someAddress(`the object ${JSON.stringify(name)}`));
}
