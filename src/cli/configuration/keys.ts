import type { Command, Option } from "commander";
import { closestMatch } from "leven";

/** One way of writing a key: hidden-size, hiddenSize and --hidden-size are hidden_size. */
export function canonicalKey(name: string): string {
  return name
    .replace(/^--/, "")
    .replace(/[a-z0-9](?=[A-Z])/g, "$&_")
    .replaceAll("-", "_")
    .toLowerCase();
}

/** The key that stands for an option in a configuration. */
export function keyOf(option: Option): string {
  return canonicalKey(option.attributeName());
}

/** The options of a command by their keys. Where a flag has a `--no-` form too, the plain one. */
export function optionsByKey(command: Command): ReadonlyMap<string, Option> {
  const options = new Map<string, Option>();
  for (const option of command.options) {
    if (!option.negate || !options.has(keyOf(option))) options.set(keyOf(option), option);
  }
  return options;
}

/** What was probably meant: a name that has the word in it, else the one with the fewest letters to change. */
export function nearestKey(name: string, known: readonly string[]): string | undefined {
  const key = canonicalKey(name);
  const containing = known.filter((each) => each.startsWith(key) || each.split("_").includes(key));
  return closestMatch(key, containing.length > 0 ? containing : known);
}

/** "unknown key 'hiden_size' (did you mean hidden_size?)" */
export function unknownKey(name: string, known: readonly string[]): string {
  const nearest = nearestKey(name, known);
  return `unknown key '${name}'${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}`;
}
