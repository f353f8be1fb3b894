import { UnrolledError } from "../../errors.ts";

const PLACE = /\\\{([A-Za-z_]\w*)\\\}/g;

/** Whether a text is a pattern of names, with places such as `{label}`. */
export function isFilePattern(text: string): boolean {
  return /\{[A-Za-z_]\w*\}/.test(text);
}

/**
 * What stands at each place of a pattern in a file's name, without folders and ending: `{label}_{speaker}_{index}` says of
 * `3_jackson_12` that the label is 3 and the speaker jackson. `*` stands for anything.
 *
 * @throws UnrolledError "invalid-argument" for a name that is not as the pattern says
 */
export function partsOfName(name: string, pattern: string, option: string): Readonly<Record<string, string>> {
  const escaped = pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const expression = escaped.replaceAll("\\*", ".*").replace(PLACE, "(?<$1>.+?)");
  const found = new RegExp(`^${expression}$`).exec(name)?.groups;
  if (found) return { ...found };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option }],
    got: JSON.stringify(pattern),
    needed: `a pattern that all files' names have, such as {label}_{speaker}; ${JSON.stringify(name)} has not`,
  });
}
