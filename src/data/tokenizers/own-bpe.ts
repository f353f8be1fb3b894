import { type BytePairEncoding, bpeTokenizer } from "./bpe-tokenizer.ts";
import { BYTE_CHARACTERS, bytesOfToken } from "./byte-characters.ts";
import { byteFrame } from "./byte-tokenizer.ts";
import { OWN_PATTERN, OWN_RULES } from "./pre-token-patterns.ts";
import { END_TOKEN, type Tokenizer } from "./tokenizer.ts";

/**
 * The byte pair encoding of learned merges (left, right and result of each, in order). The ids of bytes are their
 * values, those of merged tokens follow; with `documents`, the last id ends a document.
 */
export function ownBpeTokenizer(merges: Int32Array, documents: boolean): Tokenizer {
  const tokens = [...BYTE_CHARACTERS];
  const pairs: string[] = [];
  for (let at = 0; at < merges.length; at += 3) {
    const left = tokens[merges[at]];
    const right = tokens[merges[at + 1]];
    pairs.push(`${left} ${right}`);
    tokens[merges[at + 2]] = left + right;
  }
  const bytes = tokens.map(bytesOfToken);
  const endId = documents ? tokens.push(END_TOKEN) - 1 : null;
  if (documents) bytes.push(new Uint8Array(0));
  const encoding: BytePairEncoding = {
    bytes,
    idOfByte: Int32Array.from(BYTE_CHARACTERS, (_, byte) => byte),
    merges,
    rules: OWN_RULES,
    form: null,
    whole: new Map(),
    added: [],
    endId,
    endToken: END_TOKEN,
    toJSON: () => ({
      ...bpeFrame,
      model: {
        ...bpeFrame.model,
        vocab: Object.fromEntries(tokens.map((text, id) => [text, id])),
        merges: pairs,
      },
    }),
  };
  return bpeTokenizer(encoding);
}

const { merges: _merges, ...bpeModel } = byteFrame.model;

/** Everything of our own `tokenizer.json` but the vocabulary and the merges: the byte tokenizer's, split by our pattern first. */
const bpeFrame = {
  ...byteFrame,
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "Split", pattern: { Regex: OWN_PATTERN }, behavior: "Isolated", invert: false },
      byteFrame.pre_tokenizer,
    ],
  },
  model: bpeModel,
};
