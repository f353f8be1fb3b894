import { bytePairEncodingFromJSON, isByteLevelForm } from "../bpe-json.ts";
import { bpeTokenizer } from "../bpe-tokenizer.ts";
import type { Tokenizer } from "../tokenizer.ts";

export function bpeFromJSON(json: unknown): Tokenizer | undefined {
  return isByteLevelForm(json) ? bpeTokenizer(bytePairEncodingFromJSON(json)) : undefined;
}
