import { type Command, Option } from "commander";
import { PRESETS } from "../../tasks/language/presets.ts";
import type { Preset, Presets } from "../../tasks/preset.ts";
import { duration } from "../screen/amounts.ts";
import { wrapped } from "../screen/wrap.ts";

const HELP_COLUMNS = 80;
const NAME_COLUMNS = 15;

/** Adds --config, --preset, if there are presets, and --print-config to a command that has all its other options. */
export function addConfigurationOptions(command: Command, presets: Presets = PRESETS): Command {
  const names = Object.keys(presets);
  command
    .optionsGroup("Settings from elsewhere (flags go before them):")
    .option(
      "--config <file>",
      "YAML with a line for each option, as hidden_size: 256, and files: [book.txt]",
    );
  if (names.length > 0) command.addOption(new Option("--preset <name>", "a set of settings").choices(names));
  command.option("--print-config", "print all settings as such a file, and do not train");
  return names.length > 0 ? command.addHelpText("after", () => presetsHelp(presets)) : command;
}

/** The presets for people: what each is, gave and took. */
export function presetsHelp(presets: Presets = PRESETS): string {
  const columns = Math.max(NAME_COLUMNS, ...Object.keys(presets).map((name) => name.length + 2));
  const lines = Object.entries(presets).map(([name, preset]) => {
    const line = `  ${name.padEnd(columns)}${preset.description}; ${measuredText(preset)}`;
    return wrapped(line, HELP_COLUMNS, columns + 2);
  });
  return `\nPresets:\n${lines.join("\n")}`;
}

/** "1.496 nats per character in 9 min 34 s on ...", or that nobody has measured it. */
function measuredText({ measured }: Preset): string {
  if (measured === undefined) return "not measured here";
  return `${measured.result} in ${duration(measured.seconds)} on ${measured.on}`;
}
