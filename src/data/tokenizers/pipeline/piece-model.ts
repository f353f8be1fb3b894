import type { IdList } from "../../id-list.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { idsOf } from "../vocabulary-json.ts";
import { symbolPairs } from "./symbol-pairs.ts";
import { unigram } from "./unigram.ts";

/** What makes pre-tokens into ids. */
export interface PieceModel {
  /** Appends the ids of one pre-token. */
  encode(part: string, ids: IdList): void;
  /** Every token with its id. */
  readonly vocabulary: Iterable<readonly [token: string, id: number]>;
  readonly unknownId: number | null;
}

/** A whole word, or else its longest beginning, then the longest beginning of the rest, … (Wu et al. 2016; Devlin et al. 2019). */
function wordPiece(json: unknown): PieceModel {
  const vocabulary = idsOf(field(json, "vocab"));
  const unknownId = unknownIdOf(json, vocabulary);
  const prefix = field(json, "continuing_subword_prefix") ?? "##";
  const most = field(json, "max_input_chars_per_word") ?? 100;
  if (typeof prefix !== "string" || typeof most !== "number")
    throw invalidTokenizer(
      `model.continuing_subword_prefix is ${shown(prefix)} and max_input_chars_per_word ${shown(most)}, needed a text and a number`,
    );
  // No piece is longer than the longest token.
  let longest = 0;
  for (const token of vocabulary.keys()) longest = Math.max(longest, token.length);
  const found: number[] = [];
  return {
    vocabulary,
    unknownId,
    encode(part, ids) {
      found.length = 0;
      let start = [...part].length > most ? -1 : 0;
      while (start >= 0 && start < part.length) {
        let end = Math.min(part.length, start + longest);
        let id: number | undefined;
        for (; end > start; end--) {
          id = vocabulary.get((start > 0 ? prefix : "") + part.slice(start, end));
          if (id !== undefined) break;
        }
        if (id !== undefined) found.push(id);
        start = id === undefined ? -1 : end;
      }
      if (start < 0) ids.push(unknownId);
      else for (const id of found) ids.push(id);
    },
  };
}

function wordLevel(json: unknown): PieceModel {
  const vocabulary = idsOf(field(json, "vocab"));
  const unknownId = unknownIdOf(json, vocabulary);
  return {
    vocabulary,
    unknownId,
    encode: (part, ids) => ids.push(vocabulary.get(part) ?? unknownId),
  };
}

function unknownIdOf(json: unknown, vocabulary: ReadonlyMap<string, number>): number {
  const token = field(json, "unk_token");
  const id = typeof token === "string" ? vocabulary.get(token) : undefined;
  if (id !== undefined) return id;
  throw invalidTokenizer(`model.unk_token is ${shown(token)}, needed a token of model.vocab`);
}

const READERS: Readonly<Record<string, (json: unknown) => PieceModel>> = {
  BPE: symbolPairs,
  Unigram: unigram,
  WordLevel: wordLevel,
  WordPiece: wordPiece,
};

/**
 * The model that a `tokenizer.json` describes.
 *
 * @throws UnrolledError "invalid-file" that names the first field which is wrong
 */
export function pieceModelOf(json: unknown): PieceModel {
  const type = field(json, "type");
  const read = typeof type === "string" && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read) return read(json);
  const names = Object.keys(READERS).map(shown);
  throw invalidTokenizer(
    `model.type is ${shown(type)}, needed ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
  );
}
