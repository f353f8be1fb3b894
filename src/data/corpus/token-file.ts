import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { UnrolledError } from "../../errors.ts";
import type { TokenFileRef } from "../token-file-ref.ts";
import { requireInside, type Tokens } from "../tokens.ts";
import { type FileCheck, HashedFile } from "./hashed-file.ts";

const BUFFERED_BYTES = 1 << 20;
const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

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
  readonly #beforeWrite: (bytes: number) => void;
  #buffered = 0;
  #length = 0;

  /** @param beforeWrite is told how many bytes will be written next */
  constructor(path: string, width: 1 | 2 | 4, beforeWrite: (bytes: number) => void) {
    this.#file = new HashedFile(path);
    this.#buffer = new ARRAYS[width](BUFFERED_BYTES / width);
    this.#beforeWrite = beforeWrite;
  }

  /** N: tokens so far. */
  get length(): number {
    return this.#length;
  }

  write(ids: Int32Array): void {
    for (let start = 0; start < ids.length; ) {
      const part = ids.subarray(start, start + this.#buffer.length - this.#buffered);
      this.#buffer.set(part, this.#buffered);
      this.#buffered += part.length;
      this.#length += part.length;
      start += part.length;
      if (this.#buffered === this.#buffer.length) this.#flush();
    }
  }

  finish(): FileCheck {
    this.#flush();
    return this.#file.finish();
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#file.abandon();
  }

  #flush(): void {
    const { buffer, BYTES_PER_ELEMENT } = this.#buffer;
    const bytes = new Uint8Array(buffer, 0, this.#buffered * BYTES_PER_ELEMENT);
    this.#beforeWrite(bytes.length);
    this.#file.write(bytes);
    this.#buffered = 0;
  }
}

/** Open files, to be closed when their tokens are collected. */
const opened = new FinalizationRegistry((file: number) => closeSync(file));

/**
 * The tokens of a file, read as they are asked for.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" if the file is longer or shorter than it was
 */
export function openTokenFile(ref: TokenFileRef): Tokens {
  const { path, length, bytesPerToken: width } = ref;
  const file = openAt(path);
  const { size } = fstatSync(file);
  if (size !== length * width) {
    closeSync(file);
    throw new UnrolledError(
      "invalid-file",
      `openTokens: ${path} has ${size} bytes, needed ${length * width}; run again to have it made anew`,
    );
  }
  let scratch = new Uint8Array(0);
  const tokens: Tokens = {
    length,
    read(start, target) {
      requireInside(start, target.length, length);
      const bytes = target.length * width;
      if (scratch.length < bytes) scratch = new Uint8Array(bytes);
      for (let done = 0; done < bytes; ) {
        const read = readSync(file, scratch, done, bytes - done, start * width + done);
        if (read === 0) throw new UnrolledError("invalid-file", `openTokens: ${path} has become shorter`);
        done += read;
      }
      target.set(new ARRAYS[width](scratch.buffer, 0, target.length));
    },
  };
  opened.register(tokens, file);
  return tokens;
}

/** Where each document of a token file starts [D]. */
export function openDocumentStarts({ documents, documentStartsPath }: TokenFileRef): Float64Array {
  if (documentStartsPath === null) return Float64Array.of(0);
  const starts = new Float64Array(documents);
  const bytes = readFileSync(documentStartsPath);
  if (bytes.length !== starts.byteLength) {
    throw new UnrolledError(
      "invalid-file",
      `openDocumentStarts: ${documentStartsPath} has ${bytes.length} bytes, needed ${starts.byteLength}`,
    );
  }
  new Uint8Array(starts.buffer).set(bytes);
  return starts;
}

function openAt(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw new UnrolledError("missing-file", `openTokens: ${path}: ${(error as Error).message}`);
  }
}
