import { byteFrame, byteTokenizerFromTokens } from "../byte-tokenizer.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { requireSame, vocabularyTokens } from "./vocabulary-json.ts";

export function byteFromJSON(json: unknown): Tokenizer {
  requireSame(byteFrame, json);
  return byteTokenizerFromTokens(vocabularyTokens(json, undefined));
}
