import { checkedTokenId } from "../token-id.ts";
import { lastCharacterCut } from "./character-cut.ts";
import { END_TOKEN, type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";

export const HIGH_SURROGATES = 0xd800;
const LOW_SURROGATES = 0xdc00;
export const AFTER_SURROGATES = 0xe000;

/**
 * One token per Unicode code point. `codePoints[i]` has id i + 1; id 0 is `<unk>`. With `documents`, the last id ends
 * a document. A surrogate without its partner is no character and always unknown.
 */
export function charTokenizer(codePoints: readonly number[], documents = false): Tokenizer {
  const largest = codePoints.reduce((left, right) => Math.max(left, right), 0);
  // A table over code points: at most 4.4 MB, a few hundred bytes for ASCII. Zero is the id of <unk>.
  const idOfCodePoint = new Int32Array(largest + 1);
  const tokens = [UNKNOWN_TOKEN];
  for (const codePoint of codePoints) {
    idOfCodePoint[codePoint] = tokens.length;
    tokens.push(String.fromCodePoint(codePoint));
  }
  const endId = documents ? tokens.push(END_TOKEN) - 1 : null;
  const vocabularySize = tokens.length;
  const token = (id: number) => tokens[checkedTokenId(id, vocabularySize)];
  const textOf = (id: number) => (id === endId ? "" : token(id));
  return {
    kind: "char",
    vocabularySize,
    unknownId: 0,
    endId,
    lossless: true,
    encode: (text) => encodeCodePoints(text, idOfCodePoint),
    lastCut: lastCharacterCut,
    decode: (ids) => joined(ids, textOf),
    token,
    stream: () => ({ push: textOf, end: () => "" }),
    toJSON: () => ({
      ...charFrame,
      model: { ...charFrame.model, vocab: Object.fromEntries(tokens.map((text, id) => [text, id])) },
    }),
  };
}

/** The texts of ids, one after the other, by way of their UTF-16: a string that grows by a character at a time is slow. */
function joined(ids: ArrayLike<number>, textOf: (id: number) => string): string {
  let units = new Uint16Array(ids.length + 16);
  let length = 0;
  for (let at = 0; at < ids.length; at++) {
    const text = textOf(ids[at]);
    if (length + text.length > units.length) {
      const larger = new Uint16Array(2 * units.length);
      larger.set(units);
      units = larger;
    }
    for (let unit = 0; unit < text.length; unit++) units[length++] = text.charCodeAt(unit);
  }
  return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(units.subarray(0, length));
}

function encodeCodePoints(text: string, idOfCodePoint: Int32Array): Int32Array {
  const ids = new Int32Array(text.length);
  const known = idOfCodePoint.length;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    let codePoint = text.charCodeAt(index);
    if (codePoint >= HIGH_SURROGATES && codePoint < LOW_SURROGATES && index + 1 < text.length) {
      const low = text.charCodeAt(index + 1);
      if (low >= LOW_SURROGATES && low < AFTER_SURROGATES) {
        codePoint = 0x10000 + (codePoint - HIGH_SURROGATES) * 0x400 + (low - LOW_SURROGATES);
        index++;
      }
    }
    ids[count++] = codePoint < known ? idOfCodePoint[codePoint] : 0;
  }
  return count === ids.length ? ids : ids.slice(0, count);
}

/** Everything of a character tokenizer's `tokenizer.json` but the vocabulary. */
export const charFrame = {
  version: "1.0",
  truncation: null,
  padding: null,
  // <unk> is no added token: those are also recognised when a text spells them out.
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false },
  post_processor: null,
  decoder: { type: "Fuse" },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: UNKNOWN_TOKEN,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    merges: [],
  },
};
