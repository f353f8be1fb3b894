import { type Tokenizer, UNKNOWN_TOKEN } from "../tokenizer.ts";
import { whitespaceFrame, whitespaceTokenizerFromTokens } from "../whitespace-tokenizer.ts";
import { isSame, vocabularyTokens } from "./vocabulary-json.ts";

export function whitespaceFromJSON(json: unknown): Tokenizer | undefined {
  return isSame(whitespaceFrame, json)
    ? whitespaceTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN))
    : undefined;
}
