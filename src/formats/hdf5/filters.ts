// HDF5 File Format Specification 3.0, IV.A.2.l: the filters that a chunk of a dataset went through, in the order of writing.
import { inflateRaw } from "../inflate-raw.ts";
import type { Hdf5Reader } from "./hdf5-source.ts";

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const FILTER_NAMES: Readonly<Record<number, string>> = {
  4: "szip",
  5: "nbit",
  6: "scale-offset",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32015: "zstd",
};
const MOST_FILTERS = 32;
const CHECKSUM_BYTES = 4;
const PRESET_DICTIONARY = 0x20;
/** Filters whose names are written out in the second version. */
const NAMED_FROM = 256;

/** A filter and the numbers that its writer gave it. */
export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

/** The filters of a dataset. The reader stands at the message. */
export function readFilters(reader: Hdf5Reader): Filter[] {
  const version = reader.version([1, 2], "a list of filters");
  const count = reader.u8("the number of filters");
  if (count > MOST_FILTERS)
    throw reader.invalid(`a dataset has ${count} filters, no more than ${MOST_FILTERS} are possible`);
  if (version === 1) reader.skip(6, "a list of filters");
  return Array.from({ length: count }, () => {
    const id = reader.u16("a filter");
    const hasName = version === 1 || id >= NAMED_FROM;
    const nameBytes = hasName ? reader.u16("a filter's name") : 0;
    reader.skip(2, "a filter's flags");
    const valueCount = reader.u16("a filter's numbers");
    reader.skip(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes, "a filter's name");
    const values = Array.from({ length: valueCount }, () => reader.u32("a filter's number"));
    if (version === 1 && valueCount % 2 === 1) reader.skip(4, "a filter");
    return { id, values };
  });
}

/**
 * A chunk as it was before the filters, newly made.
 *
 * @param mask bit N is set where filter N was left out for this chunk
 * @param length bytes of the chunk unfiltered; anything else is an error
 */
export async function unfiltered(
  reader: Hdf5Reader,
  filters: readonly Filter[],
  mask: number,
  chunk: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  let bytes = chunk;
  for (let index = filters.length - 1; index >= 0; index--) {
    if (mask & (1 << index)) continue;
    const { id, values } = filters[index];
    if (id === DEFLATE) bytes = await inflated(reader, bytes, length + addedBefore(filters, index, mask));
    else if (id === SHUFFLE) bytes = unshuffled(bytes, values[0] ?? 1);
    else if (id === FLETCHER32) bytes = withoutChecksum(reader, bytes);
    else throw reader.invalid(`a chunk went through filter ${FILTER_NAMES[id] ?? id}, which is not read`);
  }
  if (bytes.length !== length) {
    throw reader.invalid(`a chunk has ${bytes.length} bytes after its filters, needed ${length}`);
  }
  return bytes;
}

/** Bytes that the filters in front of one have added to a chunk. */
function addedBefore(filters: readonly Filter[], index: number, mask: number): number {
  const adds = ({ id }: Filter, at: number) => id === FLETCHER32 && !(mask & (1 << at));
  return CHECKSUM_BYTES * filters.slice(0, index).filter(adds).length;
}

/** Zlib's frame around deflate (RFC 1950): two bytes of header, and Adler's checksum behind. */
async function inflated(reader: Hdf5Reader, bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const end = bytes.length - CHECKSUM_BYTES;
  const [method, flags] = bytes;
  if (end < 2 || (method & 0x0f) !== 8 || (method * 256 + flags) % 31 !== 0 || flags & PRESET_DICTIONARY)
    throw reader.invalid("a compressed chunk does not begin as one");
  const output = await inflateRaw(bytes.subarray(2, end), length, (problem) =>
    reader.invalid(`a compressed chunk ${problem}`),
  );
  if (new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES).getUint32(0) !== adler32(output))
    throw reader.invalid("a compressed chunk is damaged: its checksum does not fit it");
  return output;
}

function adler32(bytes: Uint8Array): number {
  let first = 1;
  let second = 0;
  for (let index = 0; index < bytes.length; index++) {
    first = (first + bytes[index]) % 65521;
    second = (second + first) % 65521;
  }
  return second * 65536 + first;
}

/** Bytes that were put together by their place in the elements, back in the order of elements. What is left over was not moved. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= 1) return bytes;
  const count = Math.floor(bytes.length / size);
  const output = bytes.slice();
  for (let place = 0; place < size && count > 0; place++) {
    for (let index = 0; index < count; index++) output[index * size + place] = bytes[place * count + index];
  }
  return output;
}

/** Fletcher's checksum (1982) of 16-bit numbers, high byte first, behind the bytes. */
function withoutChecksum(reader: Hdf5Reader, bytes: Uint8Array): Uint8Array {
  const length = bytes.length - CHECKSUM_BYTES;
  if (length < 0) throw reader.invalid("a chunk is too short for its checksum");
  let first = 0;
  let second = 0;
  for (let index = 0; index < length; index += 2) {
    first = (first + bytes[index] * 256 + (index + 1 < length ? bytes[index + 1] : 0)) % 65535;
    second = (second + first) % 65535;
  }
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM_BYTES).getUint32(0, true);
  // A sum of 65535 is 0 as well, and writers differ in which of them they keep.
  if ((stored & 0xffff) % 65535 !== first || (stored >>> 16) % 65535 !== second) {
    throw reader.invalid("a chunk is damaged: its checksum does not fit it");
  }
  return bytes.subarray(0, length);
}
