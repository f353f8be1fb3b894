import { field } from "../json-fields.ts";
import type { Tokenizer, TokenizerKind } from "../tokenizer.ts";

/** Reads a `tokenizer.json` that may be of its kind; undefined where it is only like one, and has to be followed step by step. */
export type OwnReader = (json: unknown) => Tokenizer | undefined;

/** Of which kind the parsed content of a `tokenizer.json` may be, if of any. */
export function kindInJSON(json: unknown): TokenizerKind | undefined {
  const model = field(json, "model");
  const modelType = field(model, "type");
  if (modelType === "WordPiece") return "word";
  if (modelType === "WordLevel") return "whitespace";
  if (modelType !== "BPE") return undefined;
  const preTokenizer = field(json, "pre_tokenizer");
  const decoderType = field(field(json, "decoder"), "type");
  const merges = field(model, "merges");
  const isBytes =
    decoderType === "ByteLevel" &&
    field(preTokenizer, "type") === "ByteLevel" &&
    field(preTokenizer, "use_regex") === false;
  // Bytes, and nothing that joins or parts them.
  if (isBytes && Array.isArray(merges) && merges.length === 0) return "byte";
  if (field(preTokenizer, "type") === "Split" && decoderType === "Fuse") return "char";
  return "bpe";
}
