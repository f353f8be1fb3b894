import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { forEachWord } from "../../data/tokenizers/word-pattern.ts";

const NAMED = 10;

/** Says on stderr which characters or words of a text the model has never seen; they are read as `<unk>`. */
export function noteUnknown(tokenizer: Tokenizer, text: string): void {
  const unknown = unknownParts(tokenizer, text);
  if (unknown.length === 0) return;
  const kind = tokenizer.kind === "char" ? "character" : "word";
  const named = unknown.slice(0, NAMED).map((part) => JSON.stringify(part));
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : "";
  const what = `${kind}${unknown.length === 1 ? "" : "s"} ${named.join(", ")}${more}`;
  process.stderr.write(`note: the model has never seen the ${what} of the prompt, read as <unk>\n`);
}

function unknownParts(tokenizer: Tokenizer, text: string): string[] {
  if (tokenizer.unknownId === null) return [];
  const parts = new Set<string>();
  if (tokenizer.kind === "char") for (const character of text) parts.add(character);
  else forEachWord(text, (word) => parts.add(word));
  return [...parts].filter((part) => tokenizer.encode(part)[0] === tokenizer.unknownId);
}
