import { type Tokenizer, UNKNOWN_TOKEN } from "../tokenizer.ts";
import { wordFrame, wordTokenizerFromTokens } from "../word-tokenizer.ts";
import { isSame, vocabularyTokens } from "./vocabulary-json.ts";

export function wordFromJSON(json: unknown): Tokenizer | undefined {
  return isSame(wordFrame, json) ? wordTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN)) : undefined;
}
