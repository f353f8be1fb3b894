import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { RunSettings } from "../run/train-settings.ts";
import { CONFIGURING, type Configured } from "./configured.ts";
import { keyOf, optionsByKey } from "./keys.ts";
import { exclude } from "./layers.ts";
import { comesBack } from "./values.ts";

/** Options about one call, not about what is trained: another call says them anew. */
const OF_THE_CALL: readonly string[] = [...CONFIGURING, "out", "force", "json", "resume"];

/**
 * The whole configuration of a run, key by key, so that passing it back in gives the same run whatever the defaults may become.
 * `resolve` makes settings of options, and throws where they do not fit together: a setting that means nothing beside the others,
 * such as the vocabulary's size with characters, is left out.
 */
export function resolvedConfiguration(
  command: Command,
  { files, options }: Configured,
  resolve: (options: Readonly<Record<string, unknown>>) => RunSettings,
): Readonly<Record<string, unknown>> {
  const settings = resolve(options);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  // What was given is said as it was given, such as where a setting is of another form than its option.
  const all: Readonly<Record<string, unknown>> = { ...settings, ...settings.budget, ...given };
  const fits = (more: Readonly<Record<string, unknown>>): boolean => {
    try {
      return isDeepStrictEqual(resolve(more), settings);
    } catch {
      return false;
    }
  };
  const givenOptions = command.options.filter((option) => option.attributeName() in given);
  let kept = options;
  const configuration: Record<string, unknown> = files.length > 0 ? { files } : {};
  for (const option of optionsByKey(command).values()) {
    const name = option.attributeName();
    const value = all[name];
    if (OF_THE_CALL.includes(name) || !comesBack(option, value)) continue;
    if (!(name in given) && givenOptions.some((other) => exclude(option, other))) continue;
    if (!fits({ ...kept, [name]: value })) continue;
    kept = { ...kept, [name]: value };
    configuration[keyOf(option)] = value;
  }
  return configuration;
}

/** A configuration as a file that --config reads. */
export function configurationText(configuration: Readonly<Record<string, unknown>>): string {
  return stringify(configuration, { lineWidth: 0 });
}
