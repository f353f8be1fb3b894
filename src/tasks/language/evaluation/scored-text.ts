import { codePoints } from "../../../data/tokenizers/code-points.ts";
import { encodeBytes } from "../../../data/tokenizers/encode-bytes.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import type { Tokens } from "../../../data/tokens.ts";

/** One text to be scored. */
export interface ScoredText {
  /** In memory, or read from where they are as they are needed. */
  readonly ids: Int32Array | Tokens;
  /** How many code points the predicted tokens stand for, all but the first. */
  readonly characters: number;
  /** How many of the predicted tokens are unknown; counted if not given. */
  readonly unknownTokens?: number | undefined;
}

/** Tokenises a text for `evaluate`. Bytes are for the byte tokenizer. */
export function scoredText(
  tokenizer: Tokenizer,
  text: string | Uint8Array,
): ScoredText & { readonly ids: Int32Array } {
  const ids = typeof text === "string" ? tokenizer.encode(text) : encodeBytes(text);
  const first =
    ids.length > 0
      ? codePoints(tokenizer.kind === "byte" ? ids.subarray(0, 1) : tokenizer.decode(ids.subarray(0, 1)))
      : 0;
  return { ids, characters: Math.max(0, codePoints(text) - first) };
}
