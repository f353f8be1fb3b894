import { TOKEN_ARRAYS } from "../token-file.ts";
import { type FileCheck, HashedFile } from "./hashed-file.ts";

const BUFFERED_BYTES = 1 << 20;

/** Bytes that one token takes: as few as hold every id of the vocabulary. */
export function bytesPerToken(vocabularySize: number): 1 | 2 | 4 {
  if (vocabularySize <= 0x100) return 1;
  return vocabularySize <= 0x10000 ? 2 : 4;
}

/**
 * Writes token ids one after the other, without header and in this machine's byte order: token files stay on the machine
 * that made them.
 */
export class TokenFileWriter {
  readonly #file: HashedFile;
  readonly #buffer: Uint8Array | Uint16Array | Uint32Array;
  readonly #beforeWrite: () => void;
  #buffered = 0;
  #length = 0;
  #written = 0;

  /** @param beforeWrite is called before the file grows */
  constructor(path: string, width: 1 | 2 | 4, beforeWrite: () => void) {
    this.#file = new HashedFile(path);
    this.#buffer = new TOKEN_ARRAYS[width](BUFFERED_BYTES / width);
    this.#beforeWrite = beforeWrite;
  }

  /** N: tokens so far. */
  get length(): number {
    return this.#length;
  }

  /** How many of them are in the file, the others being about to be written. */
  get written(): number {
    return this.#written;
  }

  write(ids: Int32Array): void {
    this.#length += ids.length;
    for (let start = 0; start < ids.length; ) {
      const part = ids.subarray(start, start + this.#buffer.length - this.#buffered);
      this.#buffer.set(part, this.#buffered);
      this.#buffered += part.length;
      start += part.length;
      if (this.#buffered === this.#buffer.length) this.#flush();
    }
  }

  finish(): FileCheck {
    if (this.#buffered > 0) this.#flush();
    return this.#file.finish();
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#file.abandon();
  }

  #flush(): void {
    const { buffer, BYTES_PER_ELEMENT } = this.#buffer;
    const bytes = new Uint8Array(buffer, 0, this.#buffered * BYTES_PER_ELEMENT);
    this.#beforeWrite();
    this.#file.write(bytes);
    this.#written += this.#buffered;
    this.#buffered = 0;
  }
}
