// HDF5 File Format Specification 3.0, IV.A.2.m: the attribute message.
import { elementCount, readDataspace } from "./dataspace.ts";
import { readDatatype } from "./datatype.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";
import { decodeValues, type Hdf5Values } from "./values.ts";

const SHARED_PARTS = 0x03;

/** A named value of an object, decoded when it is asked for. */
export interface Hdf5Attribute {
  readonly name: string;
  /** Throws `UnrolledError` "invalid-file" where the value is damaged or of a type that is not read. */
  values(): Hdf5Values;
}

/** Reads the attribute that the reader stands at. */
export function readAttribute(source: Hdf5Source, reader: Hdf5Reader): Hdf5Attribute {
  const version = reader.version([1, 2, 3], "an attribute");
  const flags = reader.u8("an attribute's flags");
  const nameBytes = reader.u16("the length of an attribute's name");
  const typeBytes = reader.u16("the length of an attribute's type");
  const spaceBytes = reader.u16("the length of an attribute's sizes");
  if (version === 3) reader.skip(1, "an attribute's character set");
  // The first version fills each part up to eight bytes.
  const filled = (length: number) => (version === 1 ? Math.ceil(length / 8) * 8 : length);
  const name = reader.zeroEnded(filled(nameBytes), "an attribute's name");
  const typeStart = reader.position;
  reader.skip(filled(typeBytes), "an attribute's type");
  const spaceStart = reader.position;
  reader.skip(filled(spaceBytes), "an attribute's sizes");
  const { position: dataStart } = reader;
  return {
    name,
    values() {
      const what = `attribute ${JSON.stringify(name)}`;
      if (version > 1 && flags & SHARED_PARTS)
        throw reader.invalid(`${what} shares its type with others, which is not read`);
      const type = readDatatype(part(typeStart, spaceStart, what));
      const shape = readDataspace(part(spaceStart, dataStart, what));
      reader.seek(dataStart, what);
      return decodeValues(source, type, shape, reader.take(elementCount(shape) * type.size, what), what);
    },
  };

  function part(start: number, end: number, what: string): Hdf5Reader {
    return source.reader(reader.bytes.subarray(0, end)).seek(start, what);
  }
}
