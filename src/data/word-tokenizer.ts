import { UnrolledError } from "../errors.ts";
import { checkedTokenId } from "./token-id.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { forEachWord, isWord, WORD_PATTERN } from "./word-pattern.ts";
import { wordSpacing } from "./word-spacing.ts";

/**
 * One token per word, punctuation mark or line break (`WORD_PATTERN`). `words[i]` has id i + 1; id 0 is
 * `<unk>`. Case is kept. White space other than line breaks is lost, and decoding guesses it.
 */
export function wordTokenizer(words: readonly string[]): Tokenizer {
  const tokens = [UNKNOWN_TOKEN, ...words];
  const vocabularySize = tokens.length;
  const idOfWord = new Map(tokens.map((text, id) => [text, id]));
  const token = (id: number) => tokens[checkedTokenId(id, vocabularySize)];
  const stream = () => {
    const spaced = wordSpacing();
    return { push: (id: number) => spaced(token(id)), end: () => "" };
  };
  return {
    kind: "word",
    vocabularySize,
    unknownId: 0,
    lossless: false,
    encode: (text) => encodeWords(text, idOfWord),
    decode: (ids) => Array.from(ids, stream().push).join(""),
    token,
    stream,
    toJSON: () => ({
      ...wordFrame,
      model: { ...wordFrame.model, vocab: Object.fromEntries(idOfWord) },
    }),
  };
}

/**
 * The word tokenizer of the `vocabularySize - 1` most frequent words in `text`: by descending frequency,
 * then in the order of code points.
 */
export function trainWordTokenizer(text: string, vocabularySize: number): Tokenizer {
  const occurrences = new Map<string, number>();
  forEachWord(text, (word) => {
    occurrences.set(word, (occurrences.get(word) ?? 0) + 1);
  });
  const words = [...occurrences]
    .sort(
      ([left, leftCount], [right, rightCount]) => rightCount - leftCount || compareCodePoints(left, right),
    )
    .slice(0, vocabularySize - 1)
    .map(([word]) => word);
  // A match of a regular expression may keep the whole text alive behind it; a parsed string does not.
  return wordTokenizer(JSON.parse(JSON.stringify(words)));
}

/** The word tokenizer with these tokens in the order of their ids, `<unk>` first. */
export function wordTokenizerFromTokens(tokens: readonly string[]): Tokenizer {
  const words = tokens.slice(1);
  const wrong = words.find((word) => !isWord(word));
  if (wrong !== undefined) {
    throw new UnrolledError(
      "invalid-file",
      `tokenizerFromJSON: ${JSON.stringify(wrong)} in a vocabulary of words is not one word`,
    );
  }
  return wordTokenizer(words);
}

function encodeWords(text: string, idOfWord: ReadonlyMap<string, number>): Int32Array {
  let ids = new Int32Array(1024 + (text.length >> 2));
  let count = 0;
  forEachWord(text, (word) => {
    if (count === ids.length) {
      const larger = new Int32Array(ids.length * 2);
      larger.set(ids);
      ids = larger;
    }
    ids[count++] = idOfWord.get(word) ?? 0;
  });
  return ids.slice(0, count);
}

/** The order of code points, which differs from that of `<` beyond U+FFFF. */
function compareCodePoints(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left.charCodeAt(index) === right.charCodeAt(index)) index++;
  // Two characters that differ only in their second half are compared by that half, which is as good.
  return (left.codePointAt(index) ?? -1) - (right.codePointAt(index) ?? -1);
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
