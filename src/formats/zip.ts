// Zip archives (PKWARE's APPNOTE.TXT 6.3.10): local headers each followed by a file, then the central directory, then its end record,
// which is looked for from the back. Where a number needs more than 32 bits, it stands in a zip64 record or extra field instead.
import type { Allowance } from "./allowance.ts";
import type { ByteReader } from "./byte-reader.ts";
import { crc32 } from "./crc32.ts";
import { inflateRaw } from "./inflate-raw.ts";
import { shown } from "./shown.ts";
import { type CentralEntry, readCentralDirectory } from "./zip-directory.ts";

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** A zip archive whose directory has been read and checked; its files are read one by one. */
export interface ZipArchive {
  /** Names of its files, in the order of the directory. */
  readonly names: readonly string[];
  /** Whether a file of this name is there. */
  has(name: string): boolean;
  /**
   * A file's bytes: where it is stored plain they are the archive's own, not copied; decompressed ones are taken from the allowance.
   *
   * @throws UnrolledError "invalid-file" where there is no such file, its bytes do not fit its size or CRC-32, or it is compressed
   * otherwise than by deflate; "unsupported-backend" where the engine cannot decompress
   */
  read(name: string): Promise<Uint8Array>;
}

/**
 * Opens a zip archive.
 *
 * @param reader over the whole file
 * @param allowance from which the bytes of compressed files are taken
 * @throws UnrolledError "invalid-file" for one that is truncated or damaged, has a name twice, files that overlap, or encrypted ones
 */
export function openZip(reader: ByteReader, allowance: Allowance): ZipArchive {
  const { entries, begin } = readCentralDirectory(reader, allowance);
  const places = entries.map((entry) => ({ entry, ...placeOf(reader, entry) }));
  places.sort((left, right) => left.entry.headerBegin - right.entry.headerBegin);
  let end = 0;
  for (const { entry, dataBegin } of places) {
    if (entry.headerBegin < end) throw reader.invalid(`file ${shown(entry.name)} overlaps the one before it`);
    end = dataBegin + entry.compressedBytes;
    if (end > begin) throw reader.invalid(`file ${shown(entry.name)} reaches into the archive's directory`);
  }
  const byName = new Map(places.map((place) => [place.entry.name, place]));
  return {
    names: entries.map(({ name }) => name),
    has: (name) => byName.has(name),
    read: async (name) => {
      const place = byName.get(name);
      if (!place) throw reader.invalid(`there is no file ${shown(name)} in the archive`);
      const { entry, dataBegin } = place;
      const stored = reader.bytes.subarray(dataBegin, dataBegin + entry.compressedBytes);
      const bytes = await contentOf(reader, entry, stored, allowance);
      if (crc32(bytes) !== entry.crc32)
        throw reader.invalid(`file ${shown(name)} does not fit its CRC-32; the archive is damaged`);
      return bytes;
    },
  };
}

async function contentOf(
  reader: ByteReader,
  entry: CentralEntry,
  stored: Uint8Array,
  allowance: Allowance,
): Promise<Uint8Array> {
  const what = `file ${shown(entry.name)}`;
  switch (entry.method) {
    case STORED:
      if (entry.bytes !== stored.length)
        throw reader.invalid(
          `${what} is stored in ${stored.length} bytes, but is said to have ${entry.bytes}`,
        );
      return stored;
    case DEFLATED:
      allowance.take(entry.bytes, what);
      return inflateRaw(stored, entry.bytes, (problem) => reader.invalid(`${what} ${problem}`));
    default:
      throw reader.invalid(
        `${what} is compressed by method ${entry.method}; only stored (0) and deflated (8) ones are read`,
      );
  }
}

/** Where a file's bytes begin, which only its local header tells; it has to agree with the directory. */
function placeOf(reader: ByteReader, entry: CentralEntry): { readonly dataBegin: number } {
  const what = `file ${shown(entry.name)}`;
  reader.seek(entry.headerBegin, what);
  if (reader.u32(`the header of ${what}`) !== LOCAL_HEADER)
    throw reader.invalid(`${what} has no header where the directory says`);
  reader.take(4, `the header of ${what}`);
  const method = reader.u16(`the header of ${what}`);
  reader.seek(entry.headerBegin + LOCAL_HEADER_BYTES - 4, `the header of ${what}`);
  const nameBytes = reader.u16(`the header of ${what}`);
  const extraBytes = reader.u16(`the header of ${what}`);
  const name = reader.text(nameBytes, `the name of ${what}`);
  if (name !== entry.name || method !== entry.method)
    throw reader.invalid(`${what} is ${shown(name)} by method ${method} in its own header`);
  reader.take(extraBytes, `the extra fields of ${what}`);
  const dataBegin = reader.position;
  reader.take(entry.compressedBytes, what);
  return { dataBegin };
}
