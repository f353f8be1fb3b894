// What the forms of a `tokenizer.json` that has a list of tokens share.
import { isRecord } from "../../../options/field-checks.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";

/** The entries of `model.vocab` by id, once the ids are known to be 0 … V-1 with `first` at 0. */
export function vocabularyTokens(json: unknown, first: string | undefined): string[] {
  const vocabulary = field(field(json, "model"), "vocab");
  if (!isRecord(vocabulary))
    throw invalidTokenizer(`model.vocab is ${shown(vocabulary)}, needed an object of ids`);
  const entries = Object.entries(vocabulary);
  const tokens = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [token, id] of entries) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw invalidTokenizer(
        `model.vocab gives ${shown(token)} the id ${shown(id)}, needed 0 to ${entries.length - 1}, each once`,
      );
    }
    if (tokens[id] !== undefined) {
      throw invalidTokenizer(`model.vocab gives both ${shown(tokens[id])} and ${shown(token)} the id ${id}`);
    }
    tokens[id] = token;
  }
  if (first !== undefined && tokens[0] !== first) {
    throw invalidTokenizer(`model.vocab has ${shown(tokens[0])} at id 0, needed ${shown(first)}`);
  }
  return tokens as string[];
}

/** Whether every field of `needed` is in `came`. */
export function isSame(needed: unknown, came: unknown): boolean {
  try {
    requireSame(needed, came);
    return true;
  } catch {
    return false;
  }
}

/** Every field of `needed` must be in `came`; fields that only `came` has are none of our concern. */
export function requireSame(needed: unknown, came: unknown, path = ""): void {
  if (isRecord(needed) && isRecord(came)) {
    for (const [key, value] of Object.entries(needed)) {
      requireSame(value, came[key], path === "" ? key : `${path}.${key}`);
    }
    return;
  }
  // A field that is left out means null to Hugging Face.
  if (JSON.stringify(needed) !== JSON.stringify(came ?? null)) {
    throw invalidTokenizer(`${path} is ${shown(came)}, needed ${shown(needed)}`);
  }
}
