import type { Hdf5Reader } from "./hdf5-source.ts";
import { lookup3 } from "./lookup3.ts";

/** Reads the checksum that the reader stands at, and holds it to the bytes from `start` up to there. */
export function checkedBy(reader: Hdf5Reader, start: number, what: string): void {
  const expected = lookup3(reader.bytes.subarray(start, reader.position));
  if (reader.u32(`the checksum of ${what}`) !== expected) {
    throw reader.invalid(`${what} is damaged: its checksum does not fit it`);
  }
}
