import { LINE_BREAK, openingOf } from "../../data/tokenizers/opening.ts";
import { type Tokenizer, UNKNOWN_TOKEN } from "../../data/tokenizers/tokenizer.ts";
import { forEachWhitespaceToken } from "../../data/tokenizers/whitespace-pattern.ts";
import { forEachWord } from "../../data/tokenizers/word-pattern.ts";
import type { LanguageModel } from "../../tasks/language/model/language-model.ts";

const NAMED = 10;

/**
 * The prompt that a model reads: the one that is given, or a line break. Says on stderr what of it the model has never seen, and what
 * the text begins after if nothing is given and the model knows no line break.
 */
export function readPrompt(tokenizer: Tokenizer, given: string): string {
  if (given !== "") {
    noteUnknown(tokenizer, given);
    return given;
  }
  const { name } = openingOf(tokenizer);
  if (name === LINE_BREAK) return "\n";
  process.stderr.write(
    `note: there is no prompt, and the model has never seen a line break: the text begins after ${name}\n`,
  );
  return "";
}

/** As `readPrompt`, of a model; none for one with a condition, whose texts begin by themselves. */
export function promptOf(
  { tokenizer, config }: Pick<LanguageModel, "tokenizer" | "config">,
  given: string,
): string {
  return given === "" && config.condition ? "" : readPrompt(tokenizer, given);
}

/** Characters or words of a text that the model has never seen are read as `<unk>`. */
function noteUnknown(tokenizer: Tokenizer, text: string): void {
  const unknown = unknownParts(tokenizer, text);
  if (unknown.length === 0) return;
  const kind = PARTS[tokenizer.kind];
  const named = unknown.slice(0, NAMED).map((part) => JSON.stringify(part));
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : "";
  const what = `${kind}${unknown.length === 1 ? "" : "s"} ${named.join(", ")}${more}`;
  process.stderr.write(`note: the model has never seen the ${what} of the prompt, read as <unk>\n`);
}

const PARTS = { char: "character", byte: "byte", word: "word", whitespace: "token", bpe: "token" } as const;

function unknownParts(tokenizer: Tokenizer, text: string): string[] {
  if (tokenizer.unknownId === null) return [];
  const parts = new Set<string>();
  if (tokenizer.kind === "char") for (const character of text) parts.add(character);
  else if (tokenizer.kind === "whitespace")
    forEachWhitespaceToken(text, (token) => parts.add(token === UNKNOWN_TOKEN ? "" : token));
  else forEachWord(text, (word) => parts.add(word));
  return [...parts].filter((part) => tokenizer.encode(part)[0] === tokenizer.unknownId);
}
