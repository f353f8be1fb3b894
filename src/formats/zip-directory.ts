// The central directory of a zip archive and the records that say where it lies (APPNOTE.TXT 6.3.10, 4.3.12 to 4.3.16).
import type { Allowance } from "./allowance.ts";
import type { ByteReader } from "./byte-reader.ts";
import { shown } from "./shown.ts";

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_RECORD = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const ZIP64_EXTRA = 1;
const IN_ZIP64 = 0xffffffff;
const ENCRYPTED = 1;
/** What an entry takes in memory, roughly, beside its name. */
const ENTRY_MEMORY_BYTES = 200;

/** A file as the directory describes it. */
export interface CentralEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly headerBegin: number;
}

interface Directory {
  readonly count: number;
  readonly bytes: number;
  readonly begin: number;
  /** Where the record begins that says so. */
  readonly recordBegin: number;
}

/** All entries, with different names, and where the directory begins. */
export function readCentralDirectory(
  reader: ByteReader,
  allowance: Allowance,
): { readonly entries: readonly CentralEntry[]; readonly begin: number } {
  const { count, bytes, begin, recordBegin } = findDirectory(reader);
  if (begin + bytes > recordBegin)
    throw reader.invalid(
      `the directory is said to end at byte ${begin + bytes}, behind its end record at ${recordBegin}`,
    );
  if (count * DIRECTORY_ENTRY_BYTES > bytes)
    throw reader.invalid(`the directory is said to have ${count} entries in ${bytes} bytes`);
  allowance.take(count * ENTRY_MEMORY_BYTES, "the directory");
  reader.seek(begin, "the directory");
  const entries: CentralEntry[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const entry = readEntry(reader);
    if (names.has(entry.name)) throw reader.invalid(`the archive has the file ${shown(entry.name)} twice`);
    names.add(entry.name);
    entries.push(entry);
  }
  if (reader.position !== begin + bytes)
    throw reader.invalid(
      `the directory's ${count} entries end at byte ${reader.position}, needed ${begin + bytes}`,
    );
  return { entries, begin };
}

function findDirectory(reader: ByteReader): Directory {
  const end = findEndRecord(reader);
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator >= 0 && reader.seek(locator, "the zip64 locator").u32("the zip64 locator") === ZIP64_LOCATOR)
    return readZip64EndRecord(reader, locator);
  reader.seek(end + 4, "the end record");
  const disk = reader.u16("the end record");
  const directoryDisk = reader.u16("the end record");
  const countHere = reader.u16("the end record");
  const count = reader.u16("the end record");
  const bytes = reader.u32("the end record");
  const begin = reader.u32("the end record");
  requireOnePart(reader, disk + directoryDisk === 0 && countHere === count);
  return { count, bytes, begin, recordBegin: end };
}

/** A comment may follow the record, so it is looked for backwards where its comment's length fits. */
function findEndRecord(reader: ByteReader): number {
  const { length } = reader.bytes;
  const last = length - END_RECORD_BYTES;
  for (let position = last; position >= Math.max(0, last - MAX_COMMENT_BYTES); position--) {
    if (reader.bytes[position] !== (END_RECORD & 0xff)) continue;
    reader.seek(position, "the end record");
    if (reader.u32("the end record") !== END_RECORD) continue;
    reader.seek(position + END_RECORD_BYTES - 2, "the end record");
    if (position + END_RECORD_BYTES + reader.u16("the end record") === length) return position;
  }
  reader.seek(length, "the end");
  throw reader.invalid("this is no zip archive, or its end is missing");
}

function readZip64EndRecord(reader: ByteReader, locator: number): Directory {
  const what = "the zip64 end record";
  reader.u32(what);
  const recordBegin = reader.u64(what);
  requireOnePart(reader, reader.u32(what) === 1);
  reader.seek(recordBegin, what);
  if (recordBegin >= locator || reader.u32(what) !== ZIP64_END_RECORD)
    throw reader.invalid(`${what} is not where its locator says`);
  reader.u64(what);
  reader.u32(what);
  const disks = reader.u32(what) + reader.u32(what);
  const countHere = reader.u64(what);
  const count = reader.u64(what);
  requireOnePart(reader, disks === 0 && countHere === count);
  return { count, bytes: reader.u64(what), begin: reader.u64(what), recordBegin };
}

function requireOnePart(reader: ByteReader, isOnePart: boolean): void {
  if (!isOnePart) throw reader.invalid("the archive is one part of several, which are not read");
}

function readEntry(reader: ByteReader): CentralEntry {
  const what = "the directory";
  if (reader.u32(what) !== DIRECTORY_ENTRY) throw reader.invalid("an entry of the directory is damaged");
  reader.u32(what);
  const flags = reader.u16(what);
  const method = reader.u16(what);
  reader.u32(what);
  const crc32 = reader.u32(what);
  const compressedBytes = reader.u32(what);
  const bytes = reader.u32(what);
  const nameBytes = reader.u16(what);
  const extraBytes = reader.u16(what);
  const commentBytes = reader.u16(what);
  const disk = reader.u16(what);
  reader.take(6, what);
  const headerBegin = reader.u32(what);
  const name = reader.text(nameBytes, "a file's name");
  const sizes = withZip64(reader, name, extraBytes, { bytes, compressedBytes, headerBegin });
  reader.take(commentBytes, what);
  if (flags & ENCRYPTED) throw reader.invalid(`file ${shown(name)} is encrypted`);
  requireOnePart(reader, disk === 0);
  return { name, method, crc32, ...sizes };
}

/** Sizes that do not fit into 32 bits stand in an extra field, those and no others, in this order. */
function withZip64(
  reader: ByteReader,
  name: string,
  extraBytes: number,
  sizes: { bytes: number; compressedBytes: number; headerBegin: number },
): typeof sizes {
  const what = `the extra fields of ${shown(name)}`;
  const end = reader.position + extraBytes;
  const keys = (["bytes", "compressedBytes", "headerBegin"] as const).filter(
    (key) => sizes[key] === IN_ZIP64,
  );
  const wide = { ...sizes };
  while (keys.length > 0 && end - reader.position >= 4) {
    const id = reader.u16(what);
    const length = reader.u16(what);
    const next = reader.position + length;
    if (next > end) throw reader.invalid(`${what} are damaged`);
    if (id === ZIP64_EXTRA)
      for (const key of keys.splice(0, Math.floor(length / 8))) wide[key] = reader.u64(what);
    reader.seek(next, what);
  }
  if (keys.length > 0) throw reader.invalid(`${what} lack the sizes that its entry leaves to them`);
  reader.seek(end, what);
  return wide;
}
