import { LINE_BREAK, openingOf } from "../../data/tokenizers/opening.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { unknownParts } from "../../data/tokenizers/unknown-parts.ts";
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
  const what = `${kind}${unknown.length === 1 ? "" : "s"} ${firstOf(unknown)}`;
  process.stderr.write(`note: the model has never seen the ${what} of the prompt, read as <unk>\n`);
}

const PARTS = { char: "character", byte: "byte", word: "word", whitespace: "token", bpe: "token" } as const;

/** The first parts, quoted, and how many there are more. */
export function firstOf(parts: readonly string[]): string {
  const named = parts.slice(0, NAMED).map((part) => JSON.stringify(part));
  return `${named.join(", ")}${parts.length > NAMED ? ` and ${parts.length - NAMED} more` : ""}`;
}
