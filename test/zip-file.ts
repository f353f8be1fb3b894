// A writer of zip archives for tests, which says where each number of the archive lies, so that it can be broken there.
import { crc32, deflateRawSync } from "node:zlib";
import type { Place } from "./fuzz/mutations.ts";

/** A file on its way into an archive. */
export interface ZippedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
}

/** The archive, and where its numbers lie. */
export interface ZipFile {
  readonly bytes: Uint8Array;
  readonly places: readonly Place[];
  /** Where each part begins. */
  readonly boundaries: readonly number[];
}

/** An archive; with `zip64`, sizes and places stand in zip64 fields and records. */
export function zipFile(files: readonly ZippedFile[], { zip64 = false } = {}): ZipFile {
  const out = new Output();
  const entries = files.map((file) => {
    const data = file.deflated ? deflateRawSync(file.bytes) : file.bytes;
    const entry = { ...file, data, method: file.deflated ? 8 : 0, crc: crc32(file.bytes), begin: out.length };
    out.mark();
    writeFileHeader(out, 0x04034b50, entry, zip64);
    out.mark();
    out.raw(data);
    return entry;
  });
  const directory = out.length;
  for (const entry of entries) {
    out.mark();
    writeFileHeader(out, 0x02014b50, entry, zip64);
  }
  const end = out.length;
  out.mark();
  if (zip64) {
    out.number(4, 0x06064b50, "type").number(8, 44, "length").number(4, 45, "value");
    out.number(4, 0, "value").number(4, 0, "value");
    for (let time = 0; time < 2; time++) out.number(8, entries.length, "count");
    out.number(8, end - directory, "length").number(8, directory, "offset");
    out.mark();
    out.number(4, 0x07064b50, "type").number(4, 0, "value").number(8, end, "offset").number(4, 1, "count");
    out.mark();
  }
  out.number(4, 0x06054b50, "type").number(2, 0, "value").number(2, 0, "value");
  for (let time = 0; time < 2; time++) out.number(2, zip64 ? 0xffff : entries.length, "count");
  out.number(4, zip64 ? 0xffffffff : end - directory, "length");
  out.number(4, zip64 ? 0xffffffff : directory, "offset").number(2, 0, "length");
  return { bytes: out.joined(), places: out.places, boundaries: out.boundaries };
}

interface Entry extends ZippedFile {
  readonly data: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly begin: number;
}

function writeFileHeader(out: Output, signature: number, entry: Entry, zip64: boolean): void {
  const isLocal = signature === 0x04034b50;
  const name = new TextEncoder().encode(entry.name);
  out.number(4, signature, "type");
  if (!isLocal) out.number(2, 45, "value");
  out
    .number(2, 45, "value")
    .number(2, 0x800, "type")
    .number(2, entry.method, "type")
    .number(4, 0x5021, "value");
  out.number(4, entry.crc, "value");
  out.number(4, zip64 ? 0xffffffff : entry.data.length, "length");
  out.number(4, zip64 ? 0xffffffff : entry.bytes.length, "length");
  const extraBytes = zip64 ? (isLocal ? 20 : 28) : 0;
  out.number(2, name.length, "length").number(2, extraBytes, "length");
  if (!isLocal) {
    out.number(2, 0, "length").number(2, 0, "value").number(2, 0, "value").number(4, 0, "value");
    out.number(4, zip64 ? 0xffffffff : entry.begin, "offset");
  }
  out.raw(name);
  if (!zip64) return;
  out.number(2, 1, "type").number(2, extraBytes - 4, "length");
  out.number(8, entry.bytes.length, "length").number(8, entry.data.length, "length");
  if (!isLocal) out.number(8, entry.begin, "offset");
}

class Output {
  readonly places: Place[] = [];
  readonly boundaries: number[] = [];
  length = 0;
  readonly #parts: Uint8Array[] = [];

  number(bytes: Place["bytes"], value: number, kind: Place["kind"]): this {
    this.places.push({ offset: this.length, bytes, kind });
    const part = new Uint8Array(8);
    new DataView(part.buffer).setBigUint64(0, BigInt(value), true);
    return this.raw(part.subarray(0, bytes));
  }

  raw(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  mark(): void {
    this.boundaries.push(this.length);
  }

  joined(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }
}
