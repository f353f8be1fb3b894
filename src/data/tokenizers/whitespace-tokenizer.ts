import { UnrolledError } from "../../errors.ts";
import { IdList } from "../id-list.ts";
import { checkedTokenId } from "../token-id.ts";
import { END_TOKEN, type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import {
  END_OF_LINE,
  forEachWhitespaceToken,
  isWhitespaceToken,
  lastWhitespaceCut,
} from "./whitespace-pattern.ts";

/**
 * For texts that are cut into tokens already, by white space, as the Penn Treebank and WikiText are. `words[i]` has id
 * i + 1; id 0 is `<unk>`, also where the text spells it out. A line feed is the token `<eos>`. If `<|endoftext|>` is
 * among the words, it ends a document. Decoding puts one space between tokens.
 */
export function whitespaceTokenizer(words: readonly string[]): Tokenizer {
  const tokens = [UNKNOWN_TOKEN, ...words];
  const idOfToken = new Map(tokens.map((text, id) => [text, id]));
  const endId = idOfToken.get(END_TOKEN) ?? null;
  const lineId = idOfToken.get(END_OF_LINE) ?? null;
  const token = (id: number) => tokens[checkedTokenId(id, tokens.length)];
  const stream = () => {
    let isFirst = true;
    const push = (id: number) => {
      const text = token(id);
      const isEnd = id === endId || id === lineId;
      const space = isFirst || isEnd ? "" : " ";
      isFirst = isEnd;
      if (id === endId) return "";
      return id === lineId ? "\n" : space + text;
    };
    return { push, end: () => "" };
  };
  return {
    kind: "whitespace",
    vocabularySize: tokens.length,
    unknownId: 0,
    endId,
    lossless: false,
    encode(text) {
      const ids = new IdList(64 + (text.length >> 2));
      forEachWhitespaceToken(text, (found) => ids.push(idOfToken.get(found) ?? 0));
      return ids.finish();
    },
    lastCut: lastWhitespaceCut,
    decode: (ids) => Array.from(ids, stream().push).join(""),
    token,
    stream,
    toJSON: () => ({
      ...whitespaceFrame,
      model: { ...whitespaceFrame.model, vocab: Object.fromEntries(tokens.map((text, id) => [text, id])) },
    }),
  };
}

/** The tokenizer with these tokens in the order of their ids, `<unk>` first. */
export function whitespaceTokenizerFromTokens(tokens: readonly string[]): Tokenizer {
  const words = tokens.slice(1);
  const wrong = words.find((word) => !isWhitespaceToken(word));
  if (wrong !== undefined) {
    throw new UnrolledError("invalid-file", {
      call: "tokenizerFromJSON",
      problem: `${JSON.stringify(wrong)} in a vocabulary of tokens between white space is none of them`,
    });
  }
  return whitespaceTokenizer(words);
}

/** Everything of such a tokenizer's `tokenizer.json` but the vocabulary. */
export const whitespaceFrame = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: { type: "Replace", pattern: { String: "\n" }, content: ` ${END_OF_LINE} ` },
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", unk_token: UNKNOWN_TOKEN },
};
