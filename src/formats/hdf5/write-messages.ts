// The messages of object headers that are written: first versions, which every version of the HDF5 library reads
// (HDF5 File Format Specification 3.0, IV.A).
import { UnrolledError } from "../../errors.ts";
import { Hdf5Bytes } from "./hdf5-bytes.ts";
import { MESSAGE } from "./object-header.ts";

/** A message's length is a number of 16 bits, and a multiple of eight. */
const LARGEST_MESSAGE = 65_528;
const FILL_VALUE = 0x05;
/** Of a dataset that was given no room. */
export const NOWHERE = 2n ** 64n - 1n;

const encoder = new TextEncoder();

/** A message: its kind, and its content filled up to eight bytes. */
export interface WrittenMessage {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** An object header of these messages. */
export function objectHeader(messages: readonly WrittenMessage[]): Uint8Array {
  const length = messages.reduce((sum, { bytes }) => sum + 8 + bytes.length, 0);
  const header = new Hdf5Bytes().u8(1, 0).u16(messages.length).u32(1).u32(length).zeros(4);
  for (const { type, bytes } of messages) header.u16(type).u16(bytes.length).zeros(4).bytes(bytes);
  return header.done();
}

/** Messages of a dataset of float32 that lies in one piece; without numbers it lies nowhere. */
export function datasetMessages(shape: readonly number[], address: number, length: number): WrittenMessage[] {
  const place = length === 0 ? NOWHERE : address;
  return [
    { type: MESSAGE.dataspace, bytes: dataspace(shape) },
    { type: MESSAGE.datatype, bytes: FLOAT32 },
    // Room is given late, and there is no value for what was not written.
    { type: FILL_VALUE, bytes: Uint8Array.of(2, 2, 2, 0, 0, 0, 0, 0) },
    { type: MESSAGE.layout, bytes: new Hdf5Bytes().u8(3, 1).u64(place).u64(length).toEight().done() },
  ];
}

/** The message of a group: where its tree and its names lie. */
export function groupMessage(tree: number, heap: number): WrittenMessage {
  return { type: MESSAGE.symbolTable, bytes: new Hdf5Bytes().u64(tree).u64(heap).done() };
}

/**
 * An attribute: one text, or a list of texts that all have room for the longest.
 *
 * @throws UnrolledError "invalid-argument" where it is larger than the format allows
 */
export function attributeMessage(name: string, value: string | readonly string[]): WrittenMessage {
  const texts = (typeof value === "string" ? [value] : value).map((text) => encoder.encode(text));
  const size = Math.max(1, ...texts.map((text) => text.length));
  const encodedName = encoder.encode(`${name}\0`);
  const type = new Hdf5Bytes().u8(0x13, NULL_PADDED, 0, 0).u32(size).done();
  const space = dataspace(typeof value === "string" ? [] : [texts.length]);
  const length = 8 + encodedName.length + 7 + type.length + space.length + texts.length * size + 7;
  if (length > LARGEST_MESSAGE) {
    throw new UnrolledError("invalid-argument", {
      call: "writeHdf5",
      problem: `attribute ${name} takes ${length} bytes, no more than ${LARGEST_MESSAGE} are possible`,
    });
  }
  const bytes = new Hdf5Bytes().u8(1, 0).u16(encodedName.length).u16(type.length).u16(space.length);
  bytes.bytes(encodedName).toEight().bytes(type).bytes(space);
  for (const text of texts) bytes.bytes(text).zeros(size - text.length);
  return { type: MESSAGE.attribute, bytes: bytes.toEight().done() };
}

const NULL_PADDED = 1;

function dataspace(shape: readonly number[]): Uint8Array {
  const bytes = new Hdf5Bytes().u8(1, shape.length).zeros(6);
  for (const length of shape) bytes.u64(length);
  return bytes.done();
}

/** IEEE 754's binary32, little-endian: sign at bit 31, eight bits of exponent from 23, 23 of fraction from 0, bias 127. */
const FLOAT32 = new Hdf5Bytes()
  .u8(0x11, 0x20, 31, 0)
  .u32(4)
  .u16(0)
  .u16(32)
  .u8(23, 8, 0, 23)
  .u32(127)
  .toEight()
  .done();
