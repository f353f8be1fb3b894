import { UnrolledError } from "../errors.ts";

const TWO_TO_32 = 2 ** 32;

/**
 * Reads a file that is not to be trusted from left to right. Each read is checked against the bytes that there are, so that what
 * a file claims of itself is never believed, and throws `UnrolledError` "invalid-file" that begins with the call's name.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly call: string;
  readonly littleEndian: boolean;
  position: number;
  readonly #view: DataView;

  constructor(call: string, bytes: Uint8Array, options: { readonly littleEndian?: boolean } = {}) {
    this.call = call;
    this.bytes = bytes;
    this.littleEndian = options.littleEndian ?? true;
    this.position = 0;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that follow. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  /** An error that says what is wrong with the file, and where. */
  invalid(problem: string): UnrolledError {
    return new UnrolledError("invalid-file", {
      call: this.call,
      problem: `${problem} (at byte ${this.position})`,
    });
  }

  /** Goes to a place that the file names. */
  seek(position: number, what: string): this {
    if (!(Number.isSafeInteger(position) && position >= 0 && position <= this.bytes.length)) {
      throw this.invalid(`${what} is said to begin at byte ${position}, the file has ${this.bytes.length}`);
    }
    this.position = position;
    return this;
  }

  u8(what: string): number {
    return this.bytes[this.#take(1, what)];
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what), this.littleEndian);
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), this.littleEndian);
  }

  i32(what: string): number {
    return this.#view.getInt32(this.#take(4, what), this.littleEndian);
  }

  f32(what: string): number {
    return this.#view.getFloat32(this.#take(4, what), this.littleEndian);
  }

  f64(what: string): number {
    return this.#view.getFloat64(this.#take(8, what), this.littleEndian);
  }

  /** A whole number of 64 bits. Beyond 2⁵³ it is not exact, and larger than anything a file can hold. */
  u64(what: string): number {
    const start = this.#take(8, what);
    const first = this.#view.getUint32(start, this.littleEndian);
    const second = this.#view.getUint32(start + 4, this.littleEndian);
    return this.littleEndian ? second * TWO_TO_32 + first : first * TWO_TO_32 + second;
  }

  /** The next bytes, seen and not copied. */
  take(length: number, what: string): Uint8Array {
    const start = this.#take(length, what);
    return this.bytes.subarray(start, start + length);
  }

  /** The next bytes as UTF-8. */
  text(length: number, what: string): string {
    const bytes = this.take(length, what);
    try {
      // Decoders refuse views of shared memory, and copying what is short costs nothing.
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    } catch {
      throw this.invalid(`${what} is no UTF-8`);
    }
  }

  #take(length: number, what: string): number {
    if (!(Number.isSafeInteger(length) && length >= 0 && length <= this.left)) {
      throw this.invalid(
        `${what} needs ${length} bytes, ${this.left} are left; the file is truncated or damaged`,
      );
    }
    const start = this.position;
    this.position += length;
    return start;
  }
}
