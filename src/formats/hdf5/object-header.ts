// HDF5 File Format Specification 3.0, IV.A: an object (group or dataset) is a list of messages, in blocks that continue one another.
import { checkedBy } from "./checked-by.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";

/** The kinds of messages that are read. */
export const MESSAGE = {
  nil: 0x00,
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Bit of a message's flags: what follows is not the message but where it lies. */
const SHARED = 0x02;
const TIMES_STORED = 0x20;
const PHASE_STORED = 0x10;
const ORDER_STORED = 0x04;
const CHECKSUM_BYTES = 4;

/** One message: its kind and its bytes in the file. */
export interface HeaderMessage {
  readonly type: number;
  readonly shared: boolean;
  readonly start: number;
  readonly end: number;
}

interface Block {
  readonly start: number;
  readonly end: number;
}

/** The messages of the object whose header lies at an address. */
export function readObjectHeader(source: Hdf5Source, address: number): HeaderMessage[] {
  const reader = source.at(address, "an object header");
  return reader.bytes[reader.position] === 1 ? firstVersion(source, reader) : secondVersion(source, reader);
}

function firstVersion(source: Hdf5Source, reader: Hdf5Reader): HeaderMessage[] {
  reader.skip(2, "an object header");
  const count = reader.u16("an object header's number of messages");
  reader.skip(4, "an object header's reference count");
  const length = reader.u32("an object header's length");
  reader.skip(4, "an object header");
  const messages: HeaderMessage[] = [];
  const blocks = [blockAt(source, reader, reader.position, length)];
  for (let next = 0; next < blocks.length; next++) {
    const block = blocks[next];
    const inside = source.between(block.start, block.end, "a block of messages");
    while (inside.left >= 8 && messages.length < count) {
      const type = inside.u16("a message's type");
      const size = inside.u16("a message's length");
      const flags = inside.u8("a message's flags");
      inside.skip(3, "a message");
      messages.push(messageAt(source, inside, type, size, flags));
      continued(source, messages[messages.length - 1], blocks);
    }
  }
  return messages;
}

function secondVersion(source: Hdf5Source, reader: Hdf5Reader): HeaderMessage[] {
  const start = reader.position;
  reader.signature("OHDR", "an object header");
  reader.version([2], "an object header");
  const flags = reader.u8("an object header's flags");
  if (flags & TIMES_STORED) reader.skip(16, "an object header's times");
  if (flags & PHASE_STORED) reader.skip(4, "an object header's limits");
  const length = reader.whole(2 ** (flags & 0x03), "an object header's length");
  const messages: HeaderMessage[] = [];
  const first = blockAt(source, reader, reader.position, length);
  const blocks = [first];
  reader.seek(first.end, "an object header's end");
  checkedBy(reader, start, "an object header");
  for (let next = 0; next < blocks.length; next++) {
    let { start: blockStart, end } = blocks[next];
    if (next > 0) {
      const outer = source.between(blockStart, end, "a block of messages");
      outer.signature("OCHK", "a block of messages");
      blockStart = outer.position;
      end -= CHECKSUM_BYTES;
      outer.seek(end, "a block's checksum");
      checkedBy(outer, blocks[next].start, "a block of messages");
    }
    const inside = source.between(blockStart, end, "a block of messages");
    const headBytes = flags & ORDER_STORED ? 6 : 4;
    while (inside.left >= headBytes) {
      const type = inside.u8("a message's type");
      const size = inside.u16("a message's length");
      const messageFlags = inside.u8("a message's flags");
      if (flags & ORDER_STORED) inside.skip(2, "a message's creation order");
      messages.push(messageAt(source, inside, type, size, messageFlags));
      continued(source, messages[messages.length - 1], blocks);
    }
  }
  return messages;
}

function messageAt(
  source: Hdf5Source,
  reader: Hdf5Reader,
  type: number,
  size: number,
  flags: number,
): HeaderMessage {
  source.count("a message");
  const start = reader.position;
  reader.skip(size, "a message");
  return { type, shared: (flags & SHARED) !== 0, start, end: start + size };
}

/** Adds the block that a continuation message names. */
function continued(source: Hdf5Source, message: HeaderMessage, blocks: Block[]): void {
  if (message.type !== MESSAGE.continuation) return;
  const reader = source.between(message.start, message.end, "a continuation");
  const address = reader.someAddress("a continuation");
  const length = reader.length("a continuation's length");
  const block = blockAt(source, reader, source.sizes.base + address, length);
  if (blocks.some(({ start }) => start === block.start)) {
    throw reader.invalid("an object header continues in a block that it has already been through");
  }
  blocks.push(block);
}

function blockAt(source: Hdf5Source, reader: Hdf5Reader, start: number, length: number): Block {
  const end = start + length;
  if (!(Number.isSafeInteger(end) && end <= source.bytes.length)) {
    throw reader.invalid(`an object header's block of ${length} bytes at byte ${start} leaves the file`);
  }
  // Blocks may lie over one another; what is read in all is bounded nonetheless.
  source.allowance.take(length, "an object header");
  return { start, end };
}
