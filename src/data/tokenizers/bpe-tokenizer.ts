import { IdList } from "../id-list.ts";
import { checkedTokenId } from "../token-id.ts";
import { type AddedToken, AddedTokens } from "./added-tokens.ts";
import { preTokenEncoder } from "./bpe-encoder.ts";
import { displayBytes, utf8Decoder } from "./byte-characters.ts";
import { MergeTable } from "./merge-table.ts";
import { forEachPreToken, lastPreTokenCut, type PreTokenRules } from "./pre-tokens.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What a byte-level byte pair encoding is made of, checked: every byte has a token, every merge a result. */
export interface BytePairEncoding {
  /** The bytes of each token by id; none for the end of a document. */
  readonly bytes: readonly Uint8Array[];
  /** The id of each of the 256 bytes. */
  readonly idOfByte: Int32Array;
  /** Left, right and result of each merge, in the order of their ranks. */
  readonly merges: Int32Array;
  readonly rules: PreTokenRules;
  /** Pre-tokens that are a token whatever the merges say. */
  readonly whole: ReadonlyMap<string, number>;
  /** Tokens that a text spells out. */
  readonly added: readonly AddedToken[];
  readonly endId: number | null;
  readonly endToken: string;
  readonly toJSON: () => unknown;
}

/** The tokenizer of a byte-level byte pair encoding (Sennrich, Haddow & Birch 2016; Radford et al. 2019). */
export function bpeTokenizer(encoding: BytePairEncoding): Tokenizer {
  const { bytes, rules, endId, endToken } = encoding;
  const vocabularySize = bytes.length;
  const added = new AddedTokens(encoding.added);
  const encodePreToken = preTokenEncoder(new MergeTable(encoding.merges), encoding.idOfByte, encoding.whole);
  const checked = (id: number) => checkedTokenId(id, vocabularySize);

  function encode(text: string): Int32Array {
    const ids = new IdList(64 + (text.length >> 2));
    for (const { start, end, id } of added.sections(text)) {
      if (id !== null) ids.push(id);
      else {
        const section = end - start === text.length ? text : text.slice(start, end);
        forEachPreToken(rules, section, (token) => encodePreToken(token, ids));
      }
    }
    return ids.finish();
  }

  function decode(ids: ArrayLike<number>): string {
    let length = 0;
    for (let at = 0; at < ids.length; at++) length += bytes[checked(ids[at])].length;
    const joined = new Uint8Array(length);
    let end = 0;
    for (let at = 0; at < ids.length; at++) {
      joined.set(bytes[ids[at]], end);
      end += bytes[ids[at]].length;
    }
    return utf8Decoder().decode(joined);
  }

  return {
    kind: "bpe",
    vocabularySize,
    unknownId: null,
    endId,
    lossless: true,
    encode,
    lastCut: (text) => added.lastCut(text, (part) => lastPreTokenCut(rules, part)),
    decode,
    token: (id) => (checked(id) === endId ? endToken : displayBytes(bytes[id])),
    stream() {
      const decoder = utf8Decoder();
      return {
        push: (id) => decoder.decode(bytes[checked(id)], { stream: true }),
        end: () => decoder.decode(),
      };
    },
    toJSON: encoding.toJSON,
  };
}
