import { Command, Option } from "commander";
import { version } from "./version.ts";

/** What adds each command, in the order of the help. A sweep's trials are runs of `train`, which stands before it. */
const COMMANDS = {
  train: async (words: readonly string[]) => {
    const [{ addTrainCommand }, { taskOfCall }] = await Promise.all([
      import("./commands/train-command.ts"),
      import("./asked-task.ts"),
    ]);
    const asked = await taskOfCall(words);
    return (program: Command) => addTrainCommand(program, asked);
  },
  sweep: async (words: readonly string[]) => {
    const [{ addSweepCommand }, { taskOfCall }] = await Promise.all([
      import("./commands/sweep-command.ts"),
      import("./asked-task.ts"),
    ]);
    const { description } = await taskOfCall(words);
    return (program: Command) => addSweepCommand(program, description);
  },
  generate: async () => (await import("./commands/generate-command.ts")).addGenerateCommand,
  predict: async (words: readonly string[]) => {
    const task = await (await import("./asked-task.ts")).taskOfModel(words);
    if (!task) return (await import("./commands/predict-command.ts")).addPredictCommand;
    const { addTaskPredictCommand } = await import("./commands/task-command.ts");
    return (program: Command) => addTaskPredictCommand(program, task);
  },
  eval: async (words: readonly string[]) => {
    const task = await (await import("./asked-task.ts")).taskOfModel(words);
    if (!task) return (await import("./commands/eval-command.ts")).addEvalCommand;
    const { addTaskEvalCommand } = await import("./commands/task-command.ts");
    return (program: Command) => addTaskEvalCommand(program, task);
  },
  info: async () => (await import("./commands/info-command.ts")).addInfoCommand,
  convert: async () => (await import("./commands/convert-command.ts")).addConvertCommand,
  bundle: async () => (await import("./commands/bundle-command.ts")).addBundleCommand,
  inspect: async () => (await import("./commands/inspect-command.ts")).addInspectCommand,
  report: async () => (await import("./commands/report-command.ts")).addReportCommand,
  reach: async () => (await import("./commands/reach-command.ts")).addReachCommand,
  explore: async () => (await import("./commands/explore-command.ts")).addExploreCommand,
  serve: async () => (await import("./commands/serve-command.ts")).addServeCommand,
  completion: async () => (await import("./commands/completion-command.ts")).addCompletionCommand,
} as const;

type CommandName = keyof typeof COMMANDS;

const NEEDS: Partial<Record<CommandName, readonly CommandName[]>> = { sweep: ["train", "sweep"] };

/** The version is the same whatever commands there are. */
function neededBy(first: string | undefined): readonly CommandName[] {
  if (first === "--version") return [];
  return isCommand(first) ? (NEEDS[first] ?? [first]) : (Object.keys(COMMANDS) as CommandName[]);
}

/** `train` and `sweep` have it among their settings, `report` opens no model, and the page of `explore` knows the package's cells alone. */
const WITHOUT_OWN_CELLS: readonly string[] = ["train", "sweep", "bundle", "explore", "report", "completion"];

/**
 * The command line: its words, its options, its help. Of all commands only the one that `first`, the first word, names is
 * imported, with what its options need; where it names none, all are, for the help and for suggestions, but none for the version. What
 * a command needs to run is imported when it runs. A call's other `words` may name the task whose options it has.
 */
export async function createProgram(
  first: string | undefined,
  words: readonly string[] = [],
): Promise<Command> {
  const program = new Command("unrolled")
    .description(
      "Recurrent neural networks that predict the next word: train them, use them, look inside them.",
    )
    .version(version(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ optionDescription, minWidthToWrap: 30 })
    // Who calls this says what is wrong, with what was probably meant.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  if (words.some((word) => /^--(cell|resume|config)/.test(word))) {
    const { importCellOfCall } = await import("./asked-cell.ts");
    await importCellOfCall(words);
  }
  const names = neededBy(first);
  for (const add of await Promise.all(names.map((name) => COMMANDS[name](words)))) add(program);
  for (const command of program.commands)
    if (!WITHOUT_OWN_CELLS.includes(command.name())) command.addOption(cellOption());
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

/** For models that are made of a cell of one's own; that it is imported, its being there in the call has seen to. */
function cellOption(): Option {
  return new Option("--cell <file>", "module of the model's own cell, if it has one: ./cell.js#name");
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
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
