import { isRecord } from "../../options/field-checks.ts";
import { bytePairEncodingFromJSON } from "./bpe-json.ts";
import { bpeTokenizer } from "./bpe-tokenizer.ts";
import { byteFrame, byteTokenizerFromTokens } from "./byte-tokenizer.ts";
import { charFrame } from "./char-tokenizer.ts";
import { charTokenizerFromTokens } from "./char-tokenizer-from-tokens.ts";
import { field, invalidTokenizer, shown } from "./json-fields.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { whitespaceFrame, whitespaceTokenizerFromTokens } from "./whitespace-tokenizer.ts";
import { wordFrame, wordTokenizerFromTokens } from "./word-tokenizer.ts";

/**
 * The tokenizer in the parsed content of a `tokenizer.json`: what this library writes, also when Hugging Face's
 * tokenizers have saved it again, and byte-level byte pair encodings in the form of GPT-2, RoBERTa, GPT-4, Llama 3 and
 * Qwen 2. Anything else would silently encode to other ids.
 *
 * @throws UnrolledError "invalid-file" that names the first field that is wrong
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const model = field(json, "model");
  const modelType = field(model, "type");
  if (modelType === "WordPiece") {
    requireSame(wordFrame, json, "");
    return wordTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  if (modelType === "WordLevel") {
    requireSame(whitespaceFrame, json, "");
    return whitespaceTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  if (modelType !== "BPE") {
    throw invalidTokenizer(
      `model.type is ${shown(modelType)}, needed "BPE" (characters, bytes, byte pairs), "WordPiece" (words) or "WordLevel" (tokens between white space)`,
    );
  }
  const preTokenizer = field(json, "pre_tokenizer");
  const isByteLevel = field(field(json, "decoder"), "type") === "ByteLevel";
  if (
    isByteLevel &&
    field(preTokenizer, "type") === "ByteLevel" &&
    field(preTokenizer, "use_regex") === false
  ) {
    requireSame(byteFrame, json, "");
    return byteTokenizerFromTokens(vocabularyTokens(json, undefined));
  }
  if (field(preTokenizer, "type") === "Split" && field(field(json, "decoder"), "type") === "Fuse") {
    requireSame(charFrame, json, "");
    return charTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  return bpeTokenizer(bytePairEncodingFromJSON(json));
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
