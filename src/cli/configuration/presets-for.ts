import type { Command } from "commander";
import { PRESETS } from "../../training/presets.ts";
import { canonicalKey, optionsByKey } from "./keys.ts";

/** The names of the presets whose settings are all options of the command. */
export function presetsFor(command: Command): string[] {
  const options = optionsByKey(command);
  return Object.keys(PRESETS).filter((name) =>
    Object.keys(PRESETS[name].settings).every((key) => options.has(canonicalKey(key))),
  );
}
