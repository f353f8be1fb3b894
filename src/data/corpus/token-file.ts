import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { UnrolledError } from "../../errors.ts";
import type { TokenFileRef } from "../token-file-ref.ts";
import { requireInside, type Tokens } from "../tokens.ts";

/** Token ids in a file, by the bytes that each takes. */
export const TOKEN_ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

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
      target.set(new TOKEN_ARRAYS[width](scratch.buffer, 0, target.length));
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
