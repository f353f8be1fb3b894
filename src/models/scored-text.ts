import { encodeBytes } from "../data/byte-tokenizer.ts";
import type { Tokenizer } from "../data/tokenizer.ts";

/** One text to be scored: its tokens, and how many code points the predicted ones stand for. */
export interface ScoredText {
  readonly ids: Int32Array;
  readonly characters: number;
}

/** Tokenises a text for `evaluate`. Bytes are for the byte tokenizer. */
export function scoredText(tokenizer: Tokenizer, text: string | Uint8Array): ScoredText {
  const ids = typeof text === "string" ? tokenizer.encode(text) : encodeBytes(text);
  const first =
    ids.length > 0
      ? codePoints(tokenizer.kind === "byte" ? ids.subarray(0, 1) : tokenizer.decode(ids.subarray(0, 1)))
      : 0;
  return { ids, characters: Math.max(0, codePoints(text) - first) };
}

/** Code points of a text; of bytes, those that start one (anything but 10xxxxxx). */
function codePoints(text: string | ArrayLike<number>): number {
  let count = 0;
  if (typeof text === "string") for (const _ of text) count += 1;
  else for (let index = 0; index < text.length; index++) if ((text[index] & 0xc0) !== 0x80) count += 1;
  return count;
}
