import { UnrolledError } from "../../errors.ts";
import { checkedTokenId } from "../token-id.ts";
import { BYTE_CHARACTERS, displayByte, utf8Decoder } from "./byte-characters.ts";
import { lastCharacterCut } from "./character-cut.ts";
import { encodeBytes } from "./encode-bytes.ts";
import { END_TOKEN, type Tokenizer } from "./tokenizer.ts";

const BYTES = 256;

/**
 * One token per byte of the text's UTF-8; a byte's id is its value, so nothing is ever unknown. With `documents`,
 * id 256 ends a document.
 */
export function byteTokenizer(documents = false): Tokenizer {
  const tokens = documents ? [...BYTE_CHARACTERS, END_TOKEN] : BYTE_CHARACTERS;
  const checked = (id: number) => checkedTokenId(id, tokens.length);
  return {
    kind: "byte",
    vocabularySize: tokens.length,
    unknownId: null,
    endId: documents ? BYTES : null,
    lossless: true,
    encode: (text) => encodeBytes(new TextEncoder().encode(text)),
    lastCut: lastCharacterCut,
    decode(ids) {
      const bytes = new Uint8Array(ids.length);
      let length = 0;
      for (let at = 0; at < ids.length; at++) if (checked(ids[at]) < BYTES) bytes[length++] = ids[at];
      return utf8Decoder().decode(bytes.subarray(0, length));
    },
    token: (id) => (checked(id) < BYTES ? displayByte(id) : END_TOKEN),
    stream() {
      const decoder = utf8Decoder();
      const byte = new Uint8Array(1);
      return {
        push(id) {
          byte[0] = checked(id);
          return id < BYTES ? decoder.decode(byte, { stream: true }) : "";
        },
        end: () => decoder.decode(),
      };
    },
    toJSON: () => ({
      ...byteFrame,
      model: { ...byteFrame.model, vocab: Object.fromEntries(tokens.map((text, id) => [text, id])) },
    }),
  };
}

/** The byte tokenizer, if these tokens in the order of their ids are its own. */
export function byteTokenizerFromTokens(tokens: readonly string[]): Tokenizer {
  const documents = tokens.length === BYTES + 1 && tokens[BYTES] === END_TOKEN;
  const wrong = BYTE_CHARACTERS.findIndex((token, id) => tokens[id] !== token);
  if ((tokens.length !== BYTES && !documents) || wrong >= 0) {
    throw new UnrolledError("invalid-file", {
      call: "tokenizerFromJSON",
      problem:
        `a vocabulary of bytes has 256 entries whose ids are the bytes' values, but ` +
        (tokens.length === BYTES || documents
          ? `id ${wrong} is ${JSON.stringify(tokens[wrong])}`
          : `${tokens.length} came`),
    });
  }
  return byteTokenizer(documents);
}

/** Bytes as characters, and nothing else: no split, no space in front. */
const byteLevel = {
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: false,
  use_regex: false,
};

/** Everything of the byte tokenizer's `tokenizer.json` but the vocabulary. */
export const byteFrame = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: byteLevel,
  post_processor: null,
  decoder: byteLevel,
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    merges: [],
  },
};
