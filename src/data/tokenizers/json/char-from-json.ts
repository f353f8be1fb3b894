import { charFrame } from "../char-tokenizer.ts";
import { charTokenizerFromTokens } from "../char-tokenizer-from-tokens.ts";
import { field } from "../json-fields.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "../tokenizer.ts";
import { isSame, requireSame, vocabularyTokens } from "./vocabulary-json.ts";

export function charFromJSON(json: unknown): Tokenizer | undefined {
  if (!isSame(charFrame.pre_tokenizer, field(json, "pre_tokenizer"))) return undefined;
  requireSame(charFrame, json);
  return charTokenizerFromTokens(vocabularyTokens(json, UNKNOWN_TOKEN));
}
