// HDF5 File Format Specification 3.0, III.E: where texts of any length lie.
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

const OBJECT_HEAD_BYTES = 8;

/** The bytes that an element of variable length names: its length, the address of a collection, its number in there. */
export function readFromGlobalHeap(source: Hdf5Source, element: Hdf5Reader): Uint8Array {
  const length = element.u32("a text's length");
  const address = element.address("a text's collection");
  const number = element.u32("a text's number");
  if (length === 0 || address === undefined) return new Uint8Array(0);
  let collection = source.globalHeaps.get(address);
  if (collection === undefined) {
    collection = readCollection(source, address);
    source.globalHeaps.set(address, collection);
  }
  const object = collection.get(number);
  if (object === undefined) throw element.invalid(`a global heap has no object ${number}`);
  if (length > object.length)
    throw element.invalid(`a text of ${length} bytes lies in an object of ${object.length}`);
  return object.subarray(0, length);
}

/** The objects of a collection by their numbers. */
function readCollection(source: Hdf5Source, address: number): ReadonlyMap<number, Uint8Array> {
  const reader = source.at(address, "a global heap");
  const start = reader.position;
  reader.signature("GCOL", "a global heap");
  reader.version([1], "a global heap");
  reader.skip(3, "a global heap");
  const size = reader.length("a global heap's length");
  const inside = source.between(reader.position, start + size, "a global heap");
  const objects = new Map<number, Uint8Array>();
  while (inside.left >= OBJECT_HEAD_BYTES + source.sizes.lengthSize) {
    source.count("an object of a global heap");
    const number = inside.u16("an object's number");
    inside.skip(6, "an object of a global heap");
    const length = inside.length("an object's length");
    // Object 0 is the free space that is left.
    if (number === 0) break;
    objects.set(number, inside.take(length, "an object of a global heap"));
    inside.skip(Math.min(inside.left, -length & 7), "an object of a global heap");
  }
  return objects;
}
