import { Buffer } from "node:buffer";
import { naming, UnrolledError } from "../../errors.ts";
import { wideEncoding } from "../wide-encoding.ts";

/** The error for a file that is no UTF-8: which byte, where, in which line, and what to do. */
export function invalidUtf8(
  call: string,
  path: string,
  place: { readonly byte: number; readonly offset: number; readonly line: number },
): UnrolledError {
  const value = place.byte.toString(16).toUpperCase().padStart(2, "0");
  return new UnrolledError("invalid-utf8", {
    call,
    problem: `${path} is not valid UTF-8: byte 0x${value} at offset ${place.offset} (line ${place.line})`,
    advice: naming`convert it to UTF-8, or use ${{ option: "tokenizer", value: "byte" }}, which takes any file`,
  });
}

/** An error if bytes that are UTF-8 are another encoding's all the same, whose zeros would pass for characters. */
export function refuseWideEncoding(call: string, path: string, bytes: Uint8Array): void {
  const encoding = wideEncoding(bytes);
  if (encoding === undefined) return;
  throw new UnrolledError("invalid-utf8", {
    call,
    problem: `${path} seems to be ${encoding} without a byte order mark, needed UTF-8: most characters have a zero byte beside them`,
    advice: naming`convert it (iconv -f ${encoding} -t UTF-8), or use ${{ option: "tokenizer", value: "byte" }}, which takes any file`,
  });
}

/** The offset at which forgiving and strict decoding part: the first U+FFFD that bytes which are no UTF-8 do not spell. */
export function firstInvalidByte(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let decoded = 0;
  for (;;) {
    const replacement = text.indexOf("\uFFFD", decoded);
    offset += Buffer.byteLength(text.slice(decoded, replacement));
    const isSpelled = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (!isSpelled) return offset;
    offset += 3;
    decoded = replacement + 1;
  }
}

/** Line feeds among bytes. */
export function lineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
