import { UnrolledError } from "../../errors.ts";
import { IdList } from "../id-list.ts";
import { checkedTokenId } from "../token-id.ts";
import { END_TOKEN, type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { forEachWord, isWord, lastWordCut, WORD_PATTERN } from "./word-pattern.ts";
import { wordSpacing } from "./word-spacing.ts";

/**
 * One token per word, punctuation mark or line break (`WORD_PATTERN`). `words[i]` has id i + 1; id 0 is
 * `<unk>`; with `documents`, the last id ends a document. Case is kept. White space other than line breaks is lost,
 * and decoding guesses it.
 */
export function wordTokenizer(words: readonly string[], documents = false): Tokenizer {
  const tokens = [UNKNOWN_TOKEN, ...words];
  const idOfWord = new Map(tokens.map((text, id) => [text, id]));
  const endId = documents ? tokens.push(END_TOKEN) - 1 : null;
  const vocabularySize = tokens.length;
  const token = (id: number) => tokens[checkedTokenId(id, vocabularySize)];
  const stream = () => {
    let spaced = wordSpacing();
    const push = (id: number) => {
      if (id !== endId) return spaced(token(id));
      // The first word of the next document stands as at the start of a text.
      spaced = wordSpacing();
      return "";
    };
    return { push, end: () => "" };
  };
  return {
    kind: "word",
    vocabularySize,
    unknownId: 0,
    endId,
    lossless: false,
    encode: (text) => encodeWords(text, idOfWord),
    lastCut: lastWordCut,
    decode: (ids) => Array.from(ids, stream().push).join(""),
    token,
    stream,
    toJSON: () => ({
      ...wordFrame,
      model: { ...wordFrame.model, vocab: Object.fromEntries(tokens.map((text, id) => [text, id])) },
    }),
  };
}

/** The word tokenizer with these tokens in the order of their ids, `<unk>` first. */
export function wordTokenizerFromTokens(tokens: readonly string[]): Tokenizer {
  const documents = tokens.at(-1) === END_TOKEN;
  const words = tokens.slice(1, documents ? -1 : undefined);
  const wrong = words.find((word) => !isWord(word));
  if (wrong !== undefined) {
    throw new UnrolledError("invalid-file", {
      call: "tokenizerFromJSON",
      problem: `${JSON.stringify(wrong)} in a vocabulary of words is not one word`,
    });
  }
  return wordTokenizer(words, documents);
}

function encodeWords(text: string, idOfWord: ReadonlyMap<string, number>): Int32Array {
  const ids = new IdList(64 + (text.length >> 2));
  forEachWord(text, (word) => ids.push(idOfWord.get(word) ?? 0));
  return ids.finish();
}

/** Everything of a word tokenizer's `tokenizer.json` but the vocabulary. */
export const wordFrame = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  // Inverted, so that what matches is kept and what lies between is removed.
  pre_tokenizer: { type: "Split", pattern: { Regex: WORD_PATTERN }, behavior: "Removed", invert: true },
  post_processor: null,
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: UNKNOWN_TOKEN,
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 1_000_000_000,
  },
};
