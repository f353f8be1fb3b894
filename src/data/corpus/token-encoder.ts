import { codePoints } from "../tokenizers/code-points.ts";
import { encodeBytes } from "../tokenizers/encode-bytes.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import { type FileCheck, HashedFile } from "./hashed-file.ts";
import type { CorpusVisitor } from "./read-source.ts";
import { bytesPerToken, TokenFileWriter } from "./token-file-writer.ts";

const LEAST_UNITS = 1 << 16;
const BUFFERED_STARTS = 1 << 13;

/** What came of one token file. */
export interface EncodedFile {
  readonly tokens: FileCheck;
  /** The file with where documents start; null if it was not asked for. */
  readonly documentStarts: FileCheck | null;
  readonly bytesPerToken: 1 | 2 | 4;
  readonly length: number;
  readonly characters: number;
  readonly unknownTokens: number;
  readonly documents: number;
}

/** Turns documents into a file of tokens, to the same ids as if each were encoded as a whole. */
export class TokenEncoder implements CorpusVisitor {
  readonly #tokenizer: Tokenizer;
  readonly #writer: TokenFileWriter;
  readonly #end: Int32Array | undefined;
  readonly #starts: HashedFile | undefined;
  readonly #startBuffer = new Float64Array(BUFFERED_STARTS);
  #pending = "";
  #enough = LEAST_UNITS;
  #isOpen = false;
  #firstId: number | undefined;
  #units = 0;
  #characters = 0;
  #unknown = 0;
  #documents = 0;

  /**
   * @param path of the token file; `${path}.documents` is the other one
   * @param hasSeveral whether there are several documents: their starts are written, and each ends with the end token if
   * the vocabulary has one
   * @param beforeWrite is called before the token file grows
   */
  constructor(tokenizer: Tokenizer, path: string, hasSeveral: boolean, beforeWrite: () => void) {
    this.#tokenizer = tokenizer;
    this.#writer = new TokenFileWriter(path, bytesPerToken(tokenizer.vocabularySize), beforeWrite);
    if (!hasSeveral) return;
    this.#starts = new HashedFile(`${path}.documents`);
    if (tokenizer.endId !== null) this.#end = Int32Array.of(tokenizer.endId);
  }

  /** How many units of text have become how many tokens so far, and how many of those are in the file. */
  get progress(): { readonly units: number; readonly tokens: number; readonly written: number } {
    return { units: this.#units, tokens: this.#writer.length, written: this.#writer.written };
  }

  piece(text: string | Uint8Array): void {
    if (!this.#isOpen) this.#startDocument();
    this.#characters += codePoints(text);
    if (typeof text !== "string") {
      this.#units += text.length;
      this.#write(encodeBytes(text));
      return;
    }
    this.#pending += text;
    if (this.#pending.length < this.#enough) return;
    this.#encode(this.#tokenizer.lastCut(this.#pending));
    // What cannot be cut is looked at again only when it has doubled, so that it costs linear time.
    this.#enough = Math.max(LEAST_UNITS, 2 * this.#pending.length);
  }

  endDocument(): void {
    this.#encode(this.#pending.length);
    this.#enough = LEAST_UNITS;
    if (this.#end) this.#write(this.#end);
    this.#isOpen = false;
  }

  finish(): EncodedFile {
    const { kind, unknownId, vocabularySize } = this.#tokenizer;
    const first = this.#firstId === undefined ? [] : [this.#firstId];
    const tokens = this.#writer.finish();
    this.#flushStarts();
    return {
      tokens,
      documentStarts: this.#starts?.finish() ?? null,
      bytesPerToken: bytesPerToken(vocabularySize),
      length: this.#writer.length,
      characters: this.#characters - codePoints(kind === "byte" ? first : this.#tokenizer.decode(first)),
      unknownTokens: this.#unknown - (unknownId !== null && this.#firstId === unknownId ? 1 : 0),
      documents: this.#starts ? this.#documents : 1,
    };
  }

  /** Closes the files as they are. */
  abandon(): void {
    this.#writer.abandon();
    this.#starts?.abandon();
  }

  #startDocument(): void {
    this.#isOpen = true;
    this.#startBuffer[this.#documents % BUFFERED_STARTS] = this.#writer.length;
    this.#documents += 1;
    if (this.#documents % BUFFERED_STARTS === 0) this.#writeStarts(BUFFERED_STARTS);
  }

  #flushStarts(): void {
    this.#writeStarts(this.#documents % BUFFERED_STARTS);
  }

  #writeStarts(count: number): void {
    this.#starts?.write(new Uint8Array(this.#startBuffer.buffer, 0, count * Float64Array.BYTES_PER_ELEMENT));
  }

  #encode(end: number): void {
    if (end === 0) return;
    this.#units += end;
    this.#write(this.#tokenizer.encode(this.#pending.slice(0, end)));
    this.#pending = this.#pending.slice(end);
  }

  #write(ids: Int32Array): void {
    if (ids.length === 0) return;
    this.#firstId ??= ids[0];
    const { unknownId } = this.#tokenizer;
    if (unknownId !== null) for (const id of ids) if (id === unknownId) this.#unknown += 1;
    this.#writer.write(ids);
  }
}
