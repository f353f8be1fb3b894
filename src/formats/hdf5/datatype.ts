// HDF5 File Format Specification 3.0, IV.A.2.d: the datatype message.
import type { Hdf5Reader } from "./hdf5-source.ts";

const FIXED_POINT = 0;
const FLOATING_POINT = 1;
const STRING = 3;
const VARIABLE_LENGTH = 9;

/** What one element is. Kinds that Keras files do not use are named and can be passed over, but not read. */
export type Datatype =
  | { readonly kind: "int"; readonly size: number; readonly signed: boolean; readonly littleEndian: boolean }
  | { readonly kind: "float"; readonly size: number; readonly littleEndian: boolean }
  | { readonly kind: "string"; readonly size: number; readonly padding: "null" | "space" }
  /** Its text lies in a global heap. */
  | { readonly kind: "long string"; readonly size: number }
  | { readonly kind: "other"; readonly size: number; readonly name: string };

/** IEEE 754's numbers: places and widths of exponent and fraction, and the bias, by the width in bytes. */
const IEEE: Readonly<Record<number, readonly number[]>> = {
  2: [10, 5, 0, 10, 15],
  4: [23, 8, 0, 23, 127],
  8: [52, 11, 0, 52, 1023],
};
const INTEGER_SIZES = [1, 2, 4, 8];
const CLASS_NAMES: Readonly<Record<number, string>> = {
  2: "time",
  4: "bit field",
  5: "opaque",
  6: "compound",
  7: "reference",
  8: "enumeration",
  10: "array",
};

/** Reads the datatype that the reader stands at. The reader may end up anywhere behind its beginning. */
export function readDatatype(reader: Hdf5Reader): Datatype {
  const head = reader.u8("a datatype");
  const bits = reader.whole(3, "a datatype's flags");
  const size = reader.u32("a datatype's size");
  const classNumber = head & 0x0f;
  const version = head >> 4;
  if (version < 1 || version > 4)
    throw reader.invalid(`a datatype has version ${version}, but only 1 to 4 are read`);
  if (size === 0) throw reader.invalid("a datatype has elements of 0 bytes");
  switch (classNumber) {
    case FIXED_POINT: {
      const offset = reader.u16("an integer's first bit");
      const precision = reader.u16("an integer's width");
      if (!INTEGER_SIZES.includes(size) || offset !== 0 || precision !== 8 * size) {
        return { kind: "other", size, name: `integer of ${precision} bits in ${size} bytes` };
      }
      return { kind: "int", size, signed: (bits & 0x08) !== 0, littleEndian: (bits & 0x01) === 0 };
    }
    case FLOATING_POINT:
      return readFloatType(reader, bits, size);
    case STRING:
      return { kind: "string", size, padding: (bits & 0x0f) === 2 ? "space" : "null" };
    case VARIABLE_LENGTH:
      if ((bits & 0x0f) === 1) return { kind: "long string", size };
      return { kind: "other", size, name: "sequence of any length" };
    default:
      return { kind: "other", size, name: CLASS_NAMES[classNumber] ?? `class ${classNumber}` };
  }
}

function readFloatType(reader: Hdf5Reader, bits: number, size: number): Datatype {
  const offset = reader.u16("a number's first bit");
  const precision = reader.u16("a number's width");
  const layout = [
    reader.u8("an exponent's place"),
    reader.u8("an exponent's width"),
    reader.u8("a fraction's place"),
    reader.u8("a fraction's width"),
    reader.u32("an exponent's bias"),
  ];
  const ieee = IEEE[size];
  const isVax = (bits & 0x40) !== 0;
  const fits = ieee?.every((value, index) => value === layout[index]);
  if (!fits || offset !== 0 || precision !== 8 * size || isVax) {
    return { kind: "other", size, name: `floating-point number of ${precision} bits` };
  }
  return { kind: "float", size, littleEndian: (bits & 0x01) === 0 };
}
