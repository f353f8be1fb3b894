import type { Command, Option } from "commander";

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
