import type { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";

/** What keeping one parsed structure (a message, a link, a node of a tree) is reckoned at. */
const STRUCTURE_BYTES = 64;

/** How wide a file's addresses and lengths are, and where its addresses count from. */
export interface Hdf5Sizes {
  readonly offsetSize: number;
  readonly lengthSize: number;
  readonly base: number;
}

/** A reader of the structures of an HDF5 file, which is little-endian, with addresses and lengths as wide as it says. */
export class Hdf5Reader extends ByteReader {
  readonly sizes: Hdf5Sizes;

  constructor(call: string, bytes: Uint8Array, sizes: Hdf5Sizes) {
    super(call, bytes);
    this.sizes = sizes;
  }

  /** An unsigned number of 1 to 8 bytes. Beyond 2⁵³ it is not exact, and larger than anything a file can hold. */
  whole(size: number, what: string): number {
    const bytes = this.take(size, what);
    let value = 0;
    for (let index = size - 1; index >= 0; index--) value = value * 256 + bytes[index];
    return value;
  }

  /** An address; undefined where all its bits are set, which means that there is none. */
  address(what: string): number | undefined {
    const { offsetSize } = this.sizes;
    const isNone = this.bytes
      .subarray(this.position, this.position + offsetSize)
      .every((byte) => byte === 0xff);
    const address = this.whole(offsetSize, what);
    return isNone ? undefined : address;
  }

  /** An address that has to be there. */
  someAddress(what: string): number {
    const address = this.address(what);
    if (address === undefined) throw this.invalid(`${what} is nowhere`);
    return address;
  }

  length(what: string): number {
    return this.whole(this.sizes.lengthSize, what);
  }

  /** The four letters that a structure begins with. */
  signature(letters: string, what: string): void {
    const found = this.take(letters.length, what);
    for (let index = 0; index < letters.length; index++) {
      if (found[index] !== letters.charCodeAt(index)) {
        throw this.invalid(`${what} does not begin with ${JSON.stringify(letters)}`);
      }
    }
  }

  /** A version that has to be one of these. */
  version(known: readonly number[], what: string): number {
    const version = this.u8(`the version of ${what}`);
    if (!known.includes(version)) {
      throw this.invalid(`${what} has version ${version}, but only ${known.join(", ")} are read`);
    }
    return version;
  }

  /** The text of a field of this length, up to the first zero in it. */
  zeroEnded(length: number, what: string): string {
    const start = this.position;
    const zero = this.take(length, what).indexOf(0);
    const end = this.position;
    this.position = start;
    const text = this.text(zero < 0 ? length : zero, what);
    this.position = end;
    return text;
  }

  /** The text from here up to the next zero. */
  upToZero(what: string): string {
    const zero = this.bytes.indexOf(0, this.position);
    return this.text((zero < 0 ? this.bytes.length : zero) - this.position, what);
  }

  skip(length: number, what: string): void {
    this.take(length, what);
  }
}

/** A whole HDF5 file that is not to be trusted, and how much may yet be made from it. */
export class Hdf5Source {
  readonly call: string;
  readonly bytes: Uint8Array;
  readonly allowance: Allowance;
  /** Objects of the global heaps that were read, by the heap's address and the object's number. */
  readonly globalHeaps: Map<number, ReadonlyMap<number, Uint8Array>> = new Map();
  sizes: Hdf5Sizes = { offsetSize: 8, lengthSize: 8, base: 0 };

  constructor(bytes: Uint8Array, allowance: Allowance) {
    this.call = allowance.call;
    this.bytes = bytes;
    this.allowance = allowance;
  }

  /** A reader that stands at an address and counts what it is about to read as one structure. */
  at(address: number, what: string): Hdf5Reader {
    this.count(what);
    return this.reader(this.bytes).seek(this.sizes.base + address, what);
  }

  /** A reader of the bytes from one place in the file to another, and of no others. */
  between(start: number, end: number, what: string): Hdf5Reader {
    this.count(what);
    return this.reader(this.bytes.subarray(0, Math.min(end, this.bytes.length))).seek(start, what);
  }

  /** A reader of these bytes, from their beginning. */
  reader(bytes: Uint8Array): Hdf5Reader {
    return new Hdf5Reader(this.call, bytes, this.sizes);
  }

  /** Takes what one parsed structure costs, so that trees which lead back into themselves come to an end. */
  count(what: string): void {
    this.allowance.take(STRUCTURE_BYTES, what);
  }
}
