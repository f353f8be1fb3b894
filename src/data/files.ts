import { constants } from "node:buffer";
import { naming, UnrolledError } from "../errors.ts";
import { readRegular } from "../platform/node-files.ts";
import { firstInvalidByte, invalidUtf8, lineFeeds, refuseWideEncoding } from "./corpus/invalid-utf8.ts";

/** A file as the character and word tokenizers take it. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads UTF-8 texts, in the order of their paths. A byte order mark at a file's start is dropped.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for a folder, an empty or an unreadable file or one
 * too large for a string; "invalid-utf8" with the place of the first wrong byte, and for what seems to be UTF-16
 */
export async function readTexts(paths: readonly string[]): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const path of paths) {
    const bytes = await readFileBytes(path);
    const text = decodeUtf8(bytes, path);
    if (text === "")
      throw new UnrolledError("invalid-file", { call: "readTexts", problem: `${path} is empty` });
    files.push({ path, text });
  }
  return files;
}

async function readFileBytes(path: string): Promise<Uint8Array> {
  const bytes = await readRegular(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UnrolledError) throw error.within({ call: "readTexts" });
    if (error.code === "ENOENT")
      throw new UnrolledError("missing-file", { call: "readTexts", problem: `${path} does not exist` });
    if (error.code === "EISDIR") {
      throw new UnrolledError("invalid-file", {
        call: "readTexts",
        problem: `${path} is a folder, needed a file`,
      });
    }
    throw new UnrolledError("invalid-file", {
      call: "readTexts",
      problem: `${path} cannot be read: ${error.message}`,
    });
  });
  if (bytes.length === 0)
    throw new UnrolledError("invalid-file", { call: "readTexts", problem: `${path} is empty` });
  // A plain view: a Buffer's `slice` would share memory where a Uint8Array's copies.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new UnrolledError("invalid-file", {
      call: "readTexts",
      problem: `${path} has ${bytes.length} bytes, more than the ${constants.MAX_STRING_LENGTH} of one text`,
      advice: naming`split it, or use ${{ option: "tokenizer", value: "byte" }}`,
    });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    refuseWideEncoding("readTexts", path, bytes);
    return text;
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    const offset = firstInvalidByte(bytes);
    const line = 1 + lineFeeds(bytes.subarray(0, offset));
    throw invalidUtf8("readTexts", path, { byte: bytes[offset], offset, line });
  }
}
