// Surprise, or self-information (Shannon, "A Mathematical Theory of Communication", 1948): a token that a model gave the
// probability p carries −log₂ p bits. Their mean over a text is what evaluation measures; one by one they show where a model is lost.
import { encodeBytes } from "../../../data/tokenizers/encode-bytes.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { LanguageModel } from "../model/language-model.ts";
import { undropped, walkText } from "./walk-text.ts";

const CHUNK_STEPS = 256;

/** One token of a text and how little a model expected it. */
export interface Surprise {
  readonly tokenId: number;
  /** The texts of all tokens joined are the text; "" while a character is incomplete, as bytes are. */
  readonly text: string;
  /** −log₂ of the token's probability, given all tokens before it; null for the first, which is given. */
  readonly bits: number | null;
}

/**
 * How much each token of a text surprises a model that has read all tokens before it, from state zero. Of a longer text the first
 * `maxTokens` (1,000) are read. Bytes are for models of bytes; a text can be token ids already.
 *
 * @throws UnrolledError "invalid-argument" for a `maxTokens` that is not a whole number of at least 1, "aborted" once `signal` is.
 */
export async function surprises(
  { network, tokenizer }: Pick<LanguageModel, "network" | "tokenizer">,
  text: string | Uint8Array | Int32Array,
  options: { readonly maxTokens?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Surprise[]> {
  const { maxTokens = 1000, signal } = options;
  if (!(Number.isInteger(maxTokens) && maxTokens >= 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "surprises",
      subject: "maxTokens",
      got: `${maxTokens}`,
      needed: "a whole number of at least 1",
    });
  }
  const ids = idsOf(text, tokenizer).subarray(0, maxTokens);
  const bits: (number | null)[] = ids.length > 0 ? [null] : [];
  const walk = { call: "surprises", longest: ids.length, steps: CHUNK_STEPS, signal };
  if (signal?.aborted) throw new UnrolledError("aborted", { call: "surprises", problem: "aborted" });
  await undropped(network, async () => {
    for await (const losses of walkText(network, ids, walk))
      for (const lossNats of losses) bits.push(lossNats / Math.LN2);
  });
  const stream = tokenizer.stream();
  const texts = Array.from(ids, (id) => stream.push(id));
  if (texts.length > 0) texts[texts.length - 1] += stream.end();
  return texts.map((piece, index) => ({ tokenId: ids[index], text: piece, bits: bits[index] }));
}

function idsOf(text: string | Uint8Array | Int32Array, tokenizer: Tokenizer): Int32Array {
  if (text instanceof Int32Array) return text;
  return typeof text === "string" ? tokenizer.encode(text) : encodeBytes(text);
}
