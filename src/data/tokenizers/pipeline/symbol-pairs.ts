import { BytePairMerger } from "../byte-pair-merger.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { MergeTable } from "../merge-table.ts";
import { idsOf, mergesOf } from "../vocabulary-json.ts";
import { byteIds } from "./byte-tokens.ts";
import type { PieceModel } from "./piece-model.ts";

/**
 * Pair encoding over characters (Sennrich, Haddow & Birch 2016): a part's characters, with what marks those that go on a word or end
 * one, merged in the order of the file. A character that the vocabulary lacks becomes its bytes' tokens, or the unknown token.
 */
export function symbolPairs(json: unknown): PieceModel {
  const vocabulary = idsOf(field(json, "vocab"));
  const dropout = field(json, "dropout") ?? null;
  if (dropout !== null && dropout !== 0)
    throw invalidTokenizer(`model.dropout is ${shown(dropout)}, needed null or 0`);
  const prefix = textOr(json, "continuing_subword_prefix");
  const suffix = textOr(json, "end_of_word_suffix");
  const merger = new BytePairMerger(new MergeTable(mergesOf(field(json, "merges"), vocabulary, prefix)));
  const unknownToken = field(json, "unk_token") ?? null;
  const unknownId = unknownToken === null ? null : vocabulary.get(String(unknownToken));
  if (unknownId === undefined)
    throw invalidTokenizer(`model.unk_token is ${shown(unknownToken)}, needed a token of model.vocab`);
  const bytes = field(json, "byte_fallback") === true ? byteIds((token) => vocabulary.get(token)) : undefined;
  const isFused = field(json, "fuse_unk") === true;
  const ignoresMerges = field(json, "ignore_merges") === true;
  const encoder = new TextEncoder();
  return {
    vocabulary,
    unknownId,
    encode(part, ids) {
      const whole = ignoresMerges ? vocabulary.get(part) : undefined;
      if (whole !== undefined) {
        ids.push(whole);
        return;
      }
      const symbols: number[] = [];
      const characters = [...part];
      let wasUnknown = false;
      for (const [at, character] of characters.entries()) {
        const marked = `${at > 0 ? prefix : ""}${character}${at === characters.length - 1 ? suffix : ""}`;
        const id = vocabulary.get(marked);
        const isUnknown = id === undefined && bytes === undefined;
        if (id !== undefined) symbols.push(id);
        else if (bytes) for (const byte of encoder.encode(marked)) symbols.push(bytes[byte]);
        else if (unknownId !== null && !(isFused && wasUnknown)) symbols.push(unknownId);
        wasUnknown = isUnknown;
      }
      const tokens = Int32Array.from(symbols);
      ids.append(tokens, 0, merger.merge(tokens, tokens.length));
    },
  };
}

function textOr(json: unknown, name: string): string {
  const value = field(json, name) ?? "";
  if (typeof value === "string") return value;
  throw invalidTokenizer(`model.${name} is ${shown(value)}, needed a text`);
}
