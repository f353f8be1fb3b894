import { type Tokenizer, UNKNOWN_TOKEN } from "./tokenizer.ts";
import { forEachWhitespaceToken } from "./whitespace-pattern.ts";
import { forEachWord } from "./word-pattern.ts";

/** The characters, words or tokens of a text that a vocabulary lacks, each once. */
export function unknownParts(tokenizer: Tokenizer, text: string): readonly string[] {
  if (tokenizer.unknownId === null) return [];
  const parts = new Set<string>();
  if (tokenizer.kind === "char") for (const character of text) parts.add(character);
  else if (tokenizer.kind === "whitespace")
    forEachWhitespaceToken(text, (token) => parts.add(token === UNKNOWN_TOKEN ? "" : token));
  else forEachWord(text, (word) => parts.add(word));
  return [...parts].filter((part) => tokenizer.encode(part)[0] === tokenizer.unknownId);
}
