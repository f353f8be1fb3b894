import { readFileSync } from "node:fs";
import { Command, type Option } from "commander";
import { addEvalCommand } from "./eval-command.ts";
import { addGenerateCommand } from "./generate-command.ts";
import { addInfoCommand } from "./info-command.ts";
import { addPredictCommand } from "./predict-command.ts";
import { addSweepCommand } from "./sweep-command.ts";
import { addTrainCommand } from "./train-command.ts";

/** The command line: its words, its options, its help. What a command needs to run is imported when it runs. */
export function createProgram(): Command {
  const program = new Command("unrolled")
    .description(
      "Recurrent neural networks that predict the next word: train them, use them, look inside them.",
    )
    .version(version(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ optionDescription, minWidthToWrap: 30 })
    .configureOutput({
      // Commander puts its suggestions on a line of their own.
      outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}\n`),
    })
    .exitOverride();
  for (const add of [
    ...[addTrainCommand, addSweepCommand, addGenerateCommand, addPredictCommand, addEvalCommand],
    addInfoCommand,
  ])
    add(program);
  for (const command of program.commands) {
    command.helpOption("-h, --help", "print this help").copyInheritedSettings(program);
  }
  return program.addHelpText(
    "after",
    `
Examples:
  unrolled train book.txt --out models/book
  unrolled generate models/book --prompt "It was"
  unrolled predict models/book "If you want to predict the next"

unrolled COMMAND --help says more.`,
  );
}

/** Description, choices and default as one sentence. */
function optionDescription({
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
}: Option): string {
  const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  const byDefault =
    defaultValueDescription ?? (defaultValue === undefined ? undefined : String(defaultValue));
  return description + choices + (byDefault === undefined ? "" : ` (default: ${byDefault})`);
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
