// TFRecord, TensorFlow's file of records (https://www.tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details"):
//
//   uint64 length, uint32 masked CRC of the length, the bytes, uint32 masked CRC of the bytes; little-endian
//
// where masked(crc) = rotate right(crc, 15) + 0xa282ead8, since a CRC over bytes that hold CRCs is weak.
import { crc32c } from "./crc32.ts";

const LENGTH_BYTES = 8;
const CRC_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + CRC_BYTES;
const MASK = 0xa282ead8;

/** One record of a file, and where the next one begins. */
export interface TfRecord {
  readonly content: Uint8Array;
  readonly end: number;
}

/** The bytes of a record as they stand in the file. */
export function tfRecord(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + content.length + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(content.length), true);
  view.setUint32(LENGTH_BYTES, maskedCrc(bytes.subarray(0, LENGTH_BYTES)), true);
  bytes.set(content, HEAD_BYTES);
  view.setUint32(HEAD_BYTES + content.length, maskedCrc(content), true);
  return bytes;
}

/** The record that begins at `offset`; undefined at the file's end, and where the rest is damaged or only half written. */
export function tfRecordAt(file: Uint8Array, offset: number): TfRecord | undefined {
  if (file.length - offset < HEAD_BYTES) return undefined;
  const view = new DataView(file.buffer, file.byteOffset + offset, file.length - offset);
  const length = view.getBigUint64(0, true);
  if (view.getUint32(LENGTH_BYTES, true) !== maskedCrc(file.subarray(offset, offset + LENGTH_BYTES)))
    return undefined;
  if (length > BigInt(view.byteLength - HEAD_BYTES - CRC_BYTES)) return undefined;
  const contentEnd = HEAD_BYTES + Number(length);
  const content = file.subarray(offset + HEAD_BYTES, offset + contentEnd);
  if (view.getUint32(contentEnd, true) !== maskedCrc(content)) return undefined;
  return { content, end: offset + contentEnd + CRC_BYTES };
}

function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}
