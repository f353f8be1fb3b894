import { openFile } from "#platform";
import { UnrolledError } from "../errors.ts";
import type { TokenFileRef } from "./token-file-ref.ts";
import { requireInside, type Tokens } from "./tokens.ts";

/** Token ids in a file, by the bytes that each takes. */
export const TOKEN_ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/**
 * The tokens of a file, read as they are asked for.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" if the file is longer or shorter than it was
 */
export function openTokens({ path, length, bytesPerToken: width }: TokenFileRef): Tokens {
  const file = openFile("openTokens", path);
  if (file.size !== length * width) {
    throw new UnrolledError("invalid-file", {
      call: "openTokens",
      problem: `${path} has ${file.size} bytes, needed ${length * width}; run again to have it made again`,
    });
  }
  let scratch = new Uint8Array(0);
  return {
    length,
    read(start, target) {
      requireInside(start, target.length, length);
      const bytes = target.length * width;
      if (scratch.length < bytes) scratch = new Uint8Array(bytes);
      file.read(start * width, scratch.subarray(0, bytes));
      target.set(new TOKEN_ARRAYS[width](scratch.buffer, 0, target.length));
    },
  };
}

/** Where each document of a token file starts [D]. */
export function openDocumentStarts({ documents, documentStartsPath }: TokenFileRef): Float64Array {
  if (documentStartsPath === null) return Float64Array.of(0);
  const file = openFile("openDocumentStarts", documentStartsPath);
  const starts = new Float64Array(documents);
  if (file.size !== starts.byteLength) {
    throw new UnrolledError("invalid-file", {
      call: "openDocumentStarts",
      problem: `${documentStartsPath} has ${file.size} bytes, needed ${starts.byteLength}`,
    });
  }
  file.read(0, new Uint8Array(starts.buffer));
  return starts;
}
