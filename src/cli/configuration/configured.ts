import type { Command } from "commander";
import { PRESETS } from "../../tasks/language/presets.ts";
import type { Presets } from "../../tasks/preset.ts";
import { UsageError } from "../failure.ts";
import { type Entry, readConfigurationFile } from "./file.ts";
import { canonicalKey, optionsByKey } from "./keys.ts";
import { type Given, type Layer, layerOf, onTop } from "./layers.ts";
import { unknownKey } from "./unknown-key.ts";

/** What a command is to do, from defaults, preset, configuration file and flags. */
export interface Configured {
  /** Its arguments: those of the command line, else the file's. */
  readonly files: readonly string[];
  /** As `command.opts()` would have them had all been flags, without --config, --preset and --print-config. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options that say where options come from, and so are none of them. */
export const CONFIGURING = ["config", "preset", "printConfig"] as const;

/** Keys of a configuration that are no options. */
const ELSEWHERE = ["files", "preset"];

const ON_THE_COMMAND_LINE = "belongs on the command line, not into a configuration";
const EXCLUDED: Readonly<Record<string, string>> = {
  config: ON_THE_COMMAND_LINE,
  print_config: ON_THE_COMMAND_LINE,
  resume: ON_THE_COMMAND_LINE,
};

/**
 * The options of a command that has been parsed and has --config and --preset (`addConfigurationOptions`), in layers: defaults,
 * then the preset, then the configuration file, then flags; a flag also takes the place of keys that it excludes. Everything
 * wrong with the file is a UsageError with file and line.
 */
export function configured(
  command: Command,
  files: readonly string[],
  presets: Presets = PRESETS,
): Configured {
  const flags = command.opts();
  const path = flags.config as string | undefined;
  const entries = path === undefined ? [] : readConfigurationFile(path);
  const configuredFiles = filesOf(entries);
  const preset = (flags.preset as string | undefined) ?? presetOf(entries, presets);
  const layers = [
    preset === undefined ? new Map() : presetLayer(command, preset, presets),
    layerOf(command, entries, { elsewhere: ELSEWHERE, excluded: EXCLUDED }),
    flagLayer(command),
  ].reduce(onTop);

  const options: Record<string, unknown> = {};
  for (const option of command.options) {
    const name = option.attributeName();
    // Commander has a default for every --no- flag, which says no more than that nothing was given.
    if (command.getOptionValueSource(name) === "default" && !option.negate) options[name] = flags[name];
  }
  for (const { option, value } of layers.values()) options[option.attributeName()] = value;
  for (const name of CONFIGURING) delete options[name];
  return { files: files.length > 0 ? files : configuredFiles, options };
}

function presetLayer(command: Command, name: string, presets: Presets): Layer {
  const place = `preset ${name}`;
  const entries = Object.entries(presets[name].settings).map(([key, value]) => ({
    key,
    value,
    place,
    entries: undefined,
  }));
  return layerOf(command, entries, {});
}

/** What was given as flags. */
function flagLayer(command: Command): Layer {
  const layer = new Map<string, Given>();
  for (const [key, option] of optionsByKey(command)) {
    const source = command.getOptionValueSource(option.attributeName());
    if (source === undefined || source === "default") continue;
    layer.set(key, { option, value: command.getOptionValue(option.attributeName()), place: "flags" });
  }
  return layer;
}

function presetOf(entries: readonly Entry[], presets: Presets): string | undefined {
  const entry = only(entries, "preset");
  if (entry === undefined) return undefined;
  const known = Object.keys(presets);
  if (typeof entry.value !== "string" || !known.includes(entry.value)) {
    const name = typeof entry.value === "string" ? entry.value : JSON.stringify(entry.value);
    throw new UsageError(`${entry.place}: ${unknownKey(name, known).replace("key", "preset")}`);
  }
  return entry.value;
}

function filesOf(entries: readonly Entry[]): readonly string[] {
  const entry = only(entries, "files");
  if (entry === undefined) return [];
  const files = Array.isArray(entry.value) ? entry.value : [entry.value];
  if (files.length === 0 || files.some((file) => typeof file !== "string" || file === "")) {
    throw new UsageError(`${entry.place}: files is ${JSON.stringify(entry.value)}, needed a list of paths`);
  }
  return files as string[];
}

/** The entry with a key that is no option. */
function only(entries: readonly Entry[], key: string): Entry | undefined {
  const [entry, again] = entries.filter((each) => canonicalKey(each.key) === key);
  if (again) throw new UsageError(`${again.place}: ${key} is given twice, before in ${entry.place}`);
  return entry;
}
