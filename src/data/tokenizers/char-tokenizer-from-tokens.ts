import { UnrolledError } from "../../errors.ts";
import { AFTER_SURROGATES, charTokenizer, HIGH_SURROGATES } from "./char-tokenizer.ts";
import { END_TOKEN, type Tokenizer } from "./tokenizer.ts";

/** The character tokenizer with these tokens in the order of their ids, `<unk>` first. */
export function charTokenizerFromTokens(tokens: readonly string[]): Tokenizer {
  const documents = tokens.at(-1) === END_TOKEN;
  const codePoints = tokens.slice(1, documents ? -1 : undefined).map((token) => {
    const codePoint = token.codePointAt(0) ?? HIGH_SURROGATES;
    const isSurrogate = codePoint >= HIGH_SURROGATES && codePoint < AFTER_SURROGATES;
    if (isSurrogate || String.fromCodePoint(codePoint) !== token) {
      throw new UnrolledError("invalid-file", {
        call: "tokenizerFromJSON",
        problem: `${JSON.stringify(token)} in a vocabulary of characters is not one character`,
      });
    }
    return codePoint;
  });
  return charTokenizer(codePoints, documents);
}
