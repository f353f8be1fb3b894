import { isRecord } from "../../options/field-checks.ts";
import { bytePairEncodingFromJSON, isByteLevelForm } from "./bpe-json.ts";
import { bpeTokenizer } from "./bpe-tokenizer.ts";
import { byteFrame, byteTokenizerFromTokens } from "./byte-tokenizer.ts";
import { charFrame } from "./char-tokenizer.ts";
import { charTokenizerFromTokens } from "./char-tokenizer-from-tokens.ts";
import { field, invalidTokenizer, shown } from "./json-fields.ts";
import { pipelineTokenizer } from "./pipeline/pipeline-tokenizer.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { whitespaceFrame, whitespaceTokenizerFromTokens } from "./whitespace-tokenizer.ts";
import { wordFrame, wordTokenizerFromTokens } from "./word-tokenizer.ts";

/**
 * The tokenizer in the parsed content of a `tokenizer.json`: what this library writes, also when Hugging Face's
 * tokenizers have saved it again; byte-level byte pair encodings in the form of GPT-2, RoBERTa, GPT-4, Llama 3 and
 * Qwen 2; and any other file, by the normaliser, pre-tokeniser, model (`BPE`, `Unigram`, `WordLevel`, `WordPiece`) and
 * decoder that it lists. What cannot be followed exactly is refused, since it would silently encode to other ids.
 *
 * @throws UnrolledError "invalid-file" that names the first step or field that is wrong or not read
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const model = field(json, "model");
  const modelType = field(model, "type");
  if (modelType === "WordPiece" && isSame(wordFrame, json)) {
    return wordTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  if (modelType === "WordLevel" && isSame(whitespaceFrame, json)) {
    return whitespaceTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  const preTokenizer = field(json, "pre_tokenizer");
  const decoderType = field(field(json, "decoder"), "type");
  if (modelType === "BPE" && isBytesAlone(json)) {
    requireSame(byteFrame, json, "");
    return byteTokenizerFromTokens(vocabularyTokens(json, undefined));
  }
  if (modelType === "BPE" && isSame(charFrame.pre_tokenizer, preTokenizer) && decoderType === "Fuse") {
    requireSame(charFrame, json, "");
    return charTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  if (modelType === "BPE" && isByteLevelForm(json)) return bpeTokenizer(bytePairEncodingFromJSON(json));
  return pipelineTokenizer(json);
}

/** Whether a file has bytes, and nothing that joins or parts them. */
function isBytesAlone(json: unknown): boolean {
  const preTokenizer = field(json, "pre_tokenizer");
  const merges = field(field(json, "model"), "merges");
  return (
    field(field(json, "decoder"), "type") === "ByteLevel" &&
    field(preTokenizer, "type") === "ByteLevel" &&
    field(preTokenizer, "use_regex") === false &&
    Array.isArray(merges) &&
    merges.length === 0
  );
}

/** The entries of `model.vocab` by id, once the ids are known to be 0 … V-1 with `first` at 0. */
function vocabularyTokens(json: unknown, first: string | undefined): string[] {
  const vocabulary = field(field(json, "model"), "vocab");
  if (!isRecord(vocabulary))
    throw invalidTokenizer(`model.vocab is ${shown(vocabulary)}, needed an object of ids`);
  const entries = Object.entries(vocabulary);
  const tokens = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [token, id] of entries) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw invalidTokenizer(
        `model.vocab gives ${shown(token)} the id ${shown(id)}, needed 0 to ${entries.length - 1}, each once`,
      );
    }
    if (tokens[id] !== undefined) {
      throw invalidTokenizer(`model.vocab gives both ${shown(tokens[id])} and ${shown(token)} the id ${id}`);
    }
    tokens[id] = token;
  }
  if (first !== undefined && tokens[0] !== first) {
    throw invalidTokenizer(`model.vocab has ${shown(tokens[0])} at id 0, needed ${shown(first)}`);
  }
  return tokens as string[];
}

/** Whether every field of `needed` is in `came`. */
function isSame(needed: unknown, came: unknown): boolean {
  try {
    requireSame(needed, came, "");
    return true;
  } catch {
    return false;
  }
}

/** Every field of `needed` must be in `came`; fields that only `came` has are none of our concern. */
function requireSame(needed: unknown, came: unknown, path: string): void {
  if (isRecord(needed) && isRecord(came)) {
    for (const [key, value] of Object.entries(needed)) {
      requireSame(value, came[key], path === "" ? key : `${path}.${key}`);
    }
    return;
  }
  // A field that is left out means null to Hugging Face.
  if (JSON.stringify(needed) !== JSON.stringify(came ?? null)) {
    throw invalidTokenizer(`${path} is ${shown(came)}, needed ${shown(needed)}`);
  }
}
