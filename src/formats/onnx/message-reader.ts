// The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/), read: a message is a sequence of fields,
// each a tag, (number << 3) | wire type, and a value. Fields nobody asks for are skipped, as the format demands.
import type { UnrolledError } from "../../errors.ts";
import type { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";

const TWO_TO_32 = 2 ** 32;
const MOST_VARINT_BYTES = 10;
/** How deep messages may stand in one another; subgraphs take three levels each. */
const MOST_LEVELS = 64;
/** What a message costs as an object beside its numbers and texts. */
const OBJECT_BYTES = 64;

const WIRE_TYPES = ["a varint", "8 bytes", "a length and bytes", "a group", "a group", "4 bytes"];
export const VARINT = 0;
export const EIGHT_BYTES = 1;
export const BYTES = 2;
export const FOUR_BYTES = 5;

/** One message of a file that is not to be trusted; what it makes is taken from the allowance. */
export class MessageReader extends ByteReader {
  readonly allowance: Allowance;
  readonly level: number;
  /** The place of the message in the file. */
  readonly start: number;
  #wireType = 0;

  constructor(allowance: Allowance, bytes: Uint8Array, start = 0, level = 0) {
    super(allowance.call, bytes);
    this.allowance = allowance;
    this.start = start;
    this.level = level;
  }

  override invalid(problem: string): UnrolledError {
    const place = this.position;
    this.position = this.start + place;
    const error = super.invalid(problem);
    this.position = place;
    return error;
  }

  /** The number of the next field, or 0 at the end. */
  next(): number {
    if (this.left === 0) return 0;
    const tag = this.varint("a field's tag");
    const number = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    if (!(number > 0 && number < 2 ** 29)) throw this.invalid(`a field has the number ${number}`);
    return number;
  }

  /** Passes over the value of a field that is not known. */
  skip(): void {
    const what = "a field that is passed over";
    switch (this.#wireType) {
      case VARINT:
        this.varint(what);
        break;
      case EIGHT_BYTES:
        this.take(8, what);
        break;
      case BYTES:
        this.take(this.varint(what), what);
        break;
      case FOUR_BYTES:
        this.take(4, what);
        break;
      default:
        throw this.invalid(`a field has the wire type ${this.#wireType}, needed 0, 1, 2 or 5`);
    }
  }

  /** A whole number, signed, of 64 bits. Beyond 2⁵³ it is the nearest number that there is. */
  whole(what: string): number {
    this.#need(VARINT, what);
    return this.signedVarint(what);
  }

  float(what: string): number {
    this.#need(FOUR_BYTES, what);
    return this.f32(what);
  }

  /** A value's bytes, seen and not copied. */
  content(what: string): Uint8Array {
    this.#need(BYTES, what);
    return this.take(this.varint(what), what);
  }

  string(what: string): string {
    this.#need(BYTES, what);
    const length = this.varint(what);
    this.allowance.take(OBJECT_BYTES / 2 + length, what);
    return this.text(length, what);
  }

  message(what: string): MessageReader {
    const bytes = this.content(what);
    if (this.level === MOST_LEVELS) throw this.invalid(`${what} stands in more than ${MOST_LEVELS} messages`);
    this.allowance.take(OBJECT_BYTES, what);
    return new MessageReader(
      this.allowance,
      bytes,
      this.start + this.position - bytes.length,
      this.level + 1,
    );
  }

  /** The bytes of a repeated field's entries, which are packed into one value or each a value of its own. */
  entries(wireType: number, what: string): Uint8Array {
    if (this.#wireType === BYTES) return this.content(what);
    this.#need(wireType, what);
    const start = this.position;
    this.skip();
    return this.bytes.subarray(start, this.position);
  }

  /** Whole numbers, packed or one, added to a list. */
  wholes(list: number[], what: string): void {
    const bytes = this.entries(VARINT, what);
    const reader = new MessageReader(this.allowance, bytes, this.start + this.position - bytes.length);
    while (reader.left > 0) {
      this.allowance.take(8, what);
      list.push(reader.signedVarint(what));
    }
  }

  /** Numbers of 32 bits, packed or one, added to a list. */
  floats(list: number[], what: string): void {
    const bytes = this.entries(FOUR_BYTES, what);
    const reader = new MessageReader(this.allowance, bytes, this.start + this.position - bytes.length);
    this.allowance.take(2 * bytes.length, what);
    while (reader.left > 0) list.push(reader.f32(what));
  }

  signedVarint(what: string): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < MOST_VARINT_BYTES; index++) {
      const byte = this.u8(what);
      const bits = byte & 127;
      const shift = 7 * index;
      if (shift < 32) low |= bits << shift;
      if (shift >= 32) high |= bits << (shift - 32);
      else if (shift > 25) high |= bits >>> (32 - shift);
      if (byte < 128) return high * TWO_TO_32 + (low >>> 0);
    }
    throw this.invalid(`${what} is a varint of more than ${MOST_VARINT_BYTES} bytes`);
  }

  varint(what: string): number {
    const value = this.signedVarint(what);
    return value < 0 ? value + TWO_TO_32 * TWO_TO_32 : value;
  }

  #need(wireType: number, what: string): void {
    if (this.#wireType !== wireType) {
      const came = WIRE_TYPES[this.#wireType] ?? `wire type ${this.#wireType}`;
      throw this.invalid(`${what} is stored as ${came}, needed ${WIRE_TYPES[wireType]}`);
    }
  }
}
