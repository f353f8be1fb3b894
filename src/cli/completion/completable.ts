// What can follow on a command line, as plain data: read from commander's tables, written by each shell's script.
import type { Argument, Command, Option } from "commander";

/** What a value can be: one of some words, a path, or neither, such as a number. */
export interface Value {
  /** What it is called in the help. */
  readonly name: string;
  readonly words: readonly string[];
  readonly paths: "files" | "folders" | "none";
}

export interface CompletableOption {
  /** With its hyphens. */
  readonly long: string;
  readonly description: string;
  /** Undefined for a flag that takes none. */
  readonly value: Value | undefined;
}

export interface CompletableCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  /** In their order; the last is repeated where any number may come. */
  readonly values: readonly Value[];
  readonly repeatsLast: boolean;
}

const FOLDER = /dir|folder/;
const FILE = /file|model|^in$|^out$|log/;

/** All commands of a program. */
export function completable(program: Command): readonly CompletableCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), HELP],
    values: command.registeredArguments.map(argumentOf),
    repeatsLast: command.registeredArguments.at(-1)?.variadic === true,
  }));
}

const HELP: CompletableOption = { long: "--help", description: "print this help", value: undefined };

function optionOf(option: Option): CompletableOption {
  const { flags, long, description, argChoices, required, optional } = option;
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? "value";
  const value = required || optional ? readValue(placeholder, argChoices, description) : undefined;
  return { long: long ?? flags, description, value };
}

function argumentOf(argument: Argument): Value {
  return readValue(argument.name(), argument.argChoices, argument.description);
}

function readValue(name: string, choices: readonly string[] | undefined, description: string): Value {
  // "what a token is: char, byte, word, bpe, or a tokenizer.json"
  const told = name.includes("|")
    ? /: ((?:[\w-]+, )+)or /.exec(description)?.[1].split(", ").filter(Boolean)
    : undefined;
  const paths = FOLDER.test(name) ? "folders" : FILE.test(name) ? "files" : "none";
  return { name, words: choices ?? told ?? [], paths: choices ? "none" : paths };
}
