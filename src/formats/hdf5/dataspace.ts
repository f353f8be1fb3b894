// HDF5 File Format Specification 3.0, IV.A.2.b: the dataspace message.
import type { Hdf5Reader } from "./hdf5-source.ts";

const GREATEST_RANK = 32;
const NULL_SPACE = 2;

/** Sizes of a dataset or an attribute. The reader stands at the message. */
export function readDataspace(reader: Hdf5Reader): number[] {
  const version = reader.version([1, 2], "a dataspace");
  const rank = reader.u8("a dataspace's rank");
  if (rank > GREATEST_RANK)
    throw reader.invalid(`a dataspace has ${rank} axes, no more than ${GREATEST_RANK} are possible`);
  reader.skip(1, "a dataspace's flags");
  const type = reader.u8("a dataspace's type");
  if (version === 1) reader.skip(4, "a dataspace");
  if (version === 2 && type === NULL_SPACE) return [0];
  const shape = Array.from({ length: rank }, () => reader.length("a dataspace's size"));
  if (!Number.isSafeInteger(elementCount(shape)))
    throw reader.invalid(`a dataspace of [${shape.join(", ")}] is larger than any file`);
  return shape;
}

/** How many elements a shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
