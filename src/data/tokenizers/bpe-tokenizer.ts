import { IdList } from "../id-list.ts";
import { checkedTokenId } from "../token-id.ts";
import { type AddedToken, AddedTokens } from "./added-tokens.ts";
import { preTokenEncoder } from "./bpe-encoder.ts";
import { displayBytes, utf8Decoder } from "./byte-characters.ts";
import { MergeTable } from "./merge-table.ts";
import { forEachPreToken, lastPreTokenCut, type PreTokenRules } from "./pre-tokens.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The forms of Unicode (UAX 15). */
export const UNICODE_FORMS = ["NFC", "NFD", "NFKC", "NFKD"] as const;
export type UnicodeForm = (typeof UNICODE_FORMS)[number];

/** What a byte-level byte pair encoding is made of, checked: every byte has a token, every merge a result. */
export interface BytePairEncoding {
  /** The bytes of each token by id; none for the end of a document. */
  readonly bytes: readonly Uint8Array[];
  /** The id of each of the 256 bytes. */
  readonly idOfByte: Int32Array;
  /** Left, right and result of each merge, in the order of their ranks. */
  readonly merges: Int32Array;
  readonly rules: PreTokenRules;
  /** The form of Unicode that a text is brought into before it is split; null if it stays as it is. */
  readonly form: UnicodeForm | null;
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
  const { bytes, rules, form, endId, endToken } = encoding;
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
        const normal = form === null ? section : section.normalize(form);
        forEachPreToken(rules, normal, (token) => encodePreToken(token, ids));
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
    lossless: form === null,
    encode,
    lastCut: (text) =>
      added.lastCut(text, form === null ? (part) => lastPreTokenCut(rules, part) : lastPlainCut),
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

/**
 * Where a text whose characters may yet be joined or taken apart can be cut all the same: between an ASCII letter or digit and white
 * space, neither of which any form of Unicode changes, and which no rule keeps together.
 */
function lastPlainCut(text: string): number {
  let cut = text.length - 1;
  while (cut > 0 && !(/[ \n\r\t]/.test(text[cut]) && /[A-Za-z0-9]/.test(text[cut - 1]))) cut -= 1;
  return Math.max(0, cut);
}
