import { Buffer, isUtf8 } from "node:buffer";
import { UnrolledError } from "../../errors.ts";
import { firstInvalidByte, invalidUtf8, lineFeeds, refuseWideEncoding } from "./invalid-utf8.ts";
import { JsonLines } from "./json-lines.ts";
import { type ByteSource, sourceBytes } from "./source-bytes.ts";
import type { TextSource } from "./text-source.ts";
import { WholeCharacters } from "./whole-characters.ts";

/** Whoever reads a corpus: is given its documents one after the other, each in pieces. */
export interface CorpusVisitor {
  /** More of a document: never empty, never ending inside a character. Bytes are valid during the call alone. */
  piece(text: string | Uint8Array): void;
  endDocument(): void;
}

export interface ReadOptions {
  /** Bytes read at once. */
  readonly chunkBytes: number;
  /** Whether plain files are read as they are, for the byte tokenizer, and not as UTF-8. JSON lines are text all the same. */
  readonly asBytes: boolean;
  /** Is called with the bytes as they stand in the file. */
  readonly onRaw?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * Reads a source from front to back. A byte order mark at its start is dropped, but from plain bytes. Documents without a character are
 * passed over.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for one that is empty or cannot be read, and for a line that is not JSON with
 * the field; "invalid-utf8" with the place of the first wrong byte, and for what seems to be UTF-16
 */
export async function readSource(
  source: TextSource & ByteSource,
  visitor: CorpusVisitor,
  options: ReadOptions,
): Promise<void> {
  const { chunkBytes, asBytes, onRaw } = options;
  let isEmpty = true;
  const piece = (text: string | Uint8Array) => {
    if (text.length === 0) return;
    isEmpty = false;
    visitor.piece(text);
  };
  const lines =
    source.format === "json-lines"
      ? new JsonLines(source.path, source.field, (text) => {
          piece(text);
          if (text.length > 0) visitor.endDocument();
        })
      : undefined;
  const accept = async (bytes: Uint8Array, offset: number) => {
    if (asBytes && !lines) return piece(bytes);
    if (!isUtf8(bytes)) throw await wrongByte(source, bytes, offset, chunkBytes);
    if (offset === 0) refuseWideEncoding("prepareCorpus", source.path, bytes);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    const afterMark = offset === 0 && text.startsWith("\ufeff") ? text.slice(1) : text;
    if (lines) lines.push(afterMark);
    else piece(afterMark);
  };

  const characters = new WholeCharacters();
  for await (const chunk of sourceBytes(source, chunkBytes, onRaw)) {
    const whole = characters.push(chunk);
    if (whole.length > 0) await accept(whole, characters.offset);
  }
  const rest = characters.rest();
  if (rest.length > 0) await accept(rest, characters.offset);
  lines?.end();
  if (isEmpty)
    throw new UnrolledError("invalid-file", { call: "prepareCorpus", problem: `${source.path} is empty` });
  if (!lines) visitor.endDocument();
}

/** Reads the source once more to say in which line the wrong byte is: counting all along would cost everyone time. */
async function wrongByte(
  source: ByteSource,
  bytes: Uint8Array,
  offset: number,
  chunkBytes: number,
): Promise<UnrolledError> {
  const first = firstInvalidByte(bytes);
  const byte = bytes[first];
  const end = offset + first;
  let line = 1;
  let position = 0;
  for await (const chunk of sourceBytes(source, chunkBytes)) {
    line += lineFeeds(chunk.subarray(0, Math.max(0, end - position)));
    position += chunk.length;
    if (position >= end) break;
  }
  return invalidUtf8("prepareCorpus", source.path, { byte, offset: end, line });
}
