/**
 * Bytes that come in chunks cut anywhere, as chunks that end between UTF-8 characters: what begins a character at a chunk's end
 * waits for the next one. Bytes that are no UTF-8 pass as they are.
 */
export class WholeCharacters {
  #waiting = new Uint8Array(0);
  #offset = 0;
  #length = 0;

  /** Where the chunk that `push` returned last, or what `rest` returns, begins among all bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** What is whole by now; not valid longer than `bytes`. */
  push(bytes: Uint8Array): Uint8Array {
    this.#offset += this.#length;
    let joined = bytes;
    if (this.#waiting.length > 0) {
      joined = new Uint8Array(this.#waiting.length + bytes.length);
      joined.set(this.#waiting);
      joined.set(bytes, this.#waiting.length);
    }
    const whole = joined.subarray(0, joined.length - incompleteBytes(joined));
    this.#waiting = joined.slice(whole.length);
    this.#length = whole.length;
    return whole;
  }

  /** The beginning of a character that never became whole; mostly nothing. */
  rest(): Uint8Array {
    this.#offset += this.#length;
    this.#length = 0;
    return this.#waiting;
  }
}

/** How many bytes at the end begin a character that is longer: 0 to 3. */
function incompleteBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf8 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
