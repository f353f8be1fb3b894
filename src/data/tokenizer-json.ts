import { UnrolledError } from "../errors.ts";
import { byteFrame, byteTokenizerFromTokens } from "./byte-tokenizer.ts";
import { charFrame, charTokenizerFromTokens } from "./char-tokenizer.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { wordFrame, wordTokenizerFromTokens } from "./word-tokenizer.ts";

/**
 * The tokenizer in the parsed content of a `tokenizer.json`. Only what this library writes is read, also
 * when Hugging Face's tokenizers have saved it again; anything else would silently encode to other ids.
 *
 * @throws UnrolledError "invalid-file" that names the first field that is wrong
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const modelType = field(field(json, "model"), "type");
  const splitType = field(field(json, "pre_tokenizer"), "type");
  if (modelType === "WordPiece") {
    requireSame(wordFrame, json, "");
    return wordTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  if (modelType === "BPE" && splitType === "ByteLevel") {
    requireSame(byteFrame, json, "");
    return byteTokenizerFromTokens(vocabularyTokens(json, undefined));
  }
  if (modelType === "BPE") {
    requireSame(charFrame, json, "");
    return charTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
  }
  throw invalid(`model.type is ${shown(modelType)}, needed "BPE" (characters, bytes) or "WordPiece" (words)`);
}

/** The entries of `model.vocab` by id, once the ids are known to be 0 … V-1 with `first` at 0. */
function vocabularyTokens(json: unknown, first: string | undefined): string[] {
  const vocabulary = field(field(json, "model"), "vocab");
  if (!isObject(vocabulary)) throw invalid(`model.vocab is ${shown(vocabulary)}, needed an object of ids`);
  const entries = Object.entries(vocabulary);
  const tokens = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [token, id] of entries) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw invalid(
        `model.vocab gives ${shown(token)} the id ${shown(id)}, needed 0 to ${entries.length - 1}, each once`,
      );
    }
    if (tokens[id] !== undefined) {
      throw invalid(`model.vocab gives both ${shown(tokens[id])} and ${shown(token)} the id ${id}`);
    }
    tokens[id] = token;
  }
  if (first !== undefined && tokens[0] !== first) {
    throw invalid(`model.vocab has ${shown(tokens[0])} at id 0, needed ${shown(first)}`);
  }
  return tokens as string[];
}

/** Every field of `needed` must be in `came`; fields that only `came` has are none of our concern. */
function requireSame(needed: unknown, came: unknown, path: string): void {
  if (isObject(needed) && isObject(came)) {
    for (const [key, value] of Object.entries(needed)) {
      requireSame(value, came[key], path === "" ? key : `${path}.${key}`);
    }
    return;
  }
  // A field that is left out means null to Hugging Face.
  if (JSON.stringify(needed) !== JSON.stringify(came ?? null)) {
    throw invalid(`${path} is ${shown(came)}, needed ${shown(needed)}`);
  }
}

function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function invalid(message: string): UnrolledError {
  return new UnrolledError("invalid-file", `tokenizerFromJSON: ${message}`);
}
