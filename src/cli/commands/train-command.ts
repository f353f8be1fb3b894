import { type Command, Option } from "commander";
import { OPTIMISERS } from "../../optimisers/optimiser-options.ts";
import { defaultTextOf } from "../../options/kinds.ts";
import type { OptionTable } from "../../options/option.ts";
import { LOOP_OPTIONS } from "../../tasks/loop-settings.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { TASK_NAMES } from "../../tasks/task-table.ts";
import { DEFAULT_SETTINGS } from "../../training/resolve-settings.ts";
import { type AskedTask, LANGUAGE_TASK, presetsOf } from "../asked-task.ts";
import { addConfigurationOptions } from "../configuration/options.ts";
import { backendOption } from "../flags/backend-option.ts";
import { dataFlags } from "../flags/data-flags.ts";
import { languageFlags } from "../flags/language-flags.ts";
import { aboveZero, interval, wholeNumber } from "../flags/option-values.ts";
import { flagsOf, inOrder, type PlacedFlag } from "../flags/table-flags.ts";

/** The options of `unrolled train`, flags and configuration together; what was not given is missing. */
export interface TrainOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly from?: string;
  readonly task?: string;
  readonly force?: true;
  readonly json?: true;
  readonly printConfig?: true;
  /** A text for a language model, any number of files for other tasks. */
  readonly val?: string | readonly string[];
  readonly test?: readonly string[];
  readonly field?: string;
  readonly cache?: string;
  /** A kind, or the path of a tokenizer.json. */
  readonly tokenizer?: string;
  readonly threads?: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  /** "30s", "5m", "1h", or steps. */
  readonly checkpointEvery?: string;
  readonly keepCheckpoints?: number;
  readonly tensorboard?: string;
  /** Settings of the loop and of the task, by their names. */
  readonly [setting: string]: unknown;
}

const PLACE = "Where the run goes, or comes from:";
const BUDGET = "Training, for one of:";
const LOOP = "How it trains:";
const OUTPUT = "Checkpoints and output:";

/** `unrolled train`, with the flags of a task. */
export function addTrainCommand(program: Command, asked: AskedTask = LANGUAGE_TASK): void {
  const { description: task, isLanguage, isKnown } = asked;
  const option = (flags: string, description: string, byDefault?: string | number) =>
    new Option(flags, description).default(undefined, byDefault?.toString());
  const ofTask = flagsOf(task.options, `Task ${task.name}:`, task.help);
  const flags: readonly PlacedFlag[] = [
    ...placeFlags(asked),
    ...(isLanguage ? languageFlags(ofTask) : isKnown ? dataFlags(ofTask) : ofTask),
    ...budgetFlags(task.help?.epochs ?? "times through the data", task.defaults?.budget),
    // This flag is the same for every command that runs a model.
    ...flagsOf(withDefaults(task.defaults), LOOP, task.help).map((placed) =>
      placed.flag.attributeName() === "backend" ? { ...placed, flag: backendOption() } : placed,
    ),
    {
      flag: option("--checkpoint-every <time>", "30s, 5m, 1h, or a number of steps", "1m").argParser(
        interval,
      ),
      group: OUTPUT,
    },
    {
      flag: option("--keep-checkpoints <n>", "how many, beside the best", "3").argParser(wholeNumber(1)),
      group: OUTPUT,
    },
    {
      flag: new Option("--tensorboard <dir>", "write event files for TensorBoard too"),
      group: OUTPUT,
    },
    {
      flag: new Option("--json", "JSON lines on stdout, progress for people on stderr"),
      group: OUTPUT,
    },
  ];
  const ofTaskGroups = ofTask.filter(({ before }) => before === undefined).map(({ group }) => group);
  const train = program
    .command("train")
    .summary("train a language model on text")
    .description(isLanguage ? LANGUAGE_DESCRIPTION : (task.help?.task ?? descriptionOf(task.name)))
    .argument(
      "[file...]",
      isLanguage ? "texts to learn from" : (task.help?.files ?? "what the task learns from"),
    );
  let group: string | undefined;
  for (const placed of inOrder(flags, [PLACE, ...ofTaskGroups, BUDGET, LOOP, OUTPUT])) {
    if (placed.group !== group) train.optionsGroup(placed.group);
    group = placed.group;
    train.addOption(placed.flag);
  }
  addConfigurationOptions(train, presetsOf(asked)).action(async (files: readonly string[]) => {
    const { runTrainCommand } = await import("./train.ts");
    process.exitCode = await runTrainCommand(train, files, asked);
  });
}

const LANGUAGE_DESCRIPTION =
  "Train a language model on texts (UTF-8): files, folders, patterns such as 'books/*.txt', .gz, .jsonl (a document a " +
  "line), or - for standard input. With --condition each text is one of a category. Everything goes into one folder. " +
  "Ctrl-C saves and ends; --resume continues.";

function descriptionOf(task: string): string {
  return `Train a model of the task ${task}. Everything goes into one folder. Ctrl-C saves and ends; --resume continues.`;
}

function placeFlags({ isLanguage }: AskedTask): readonly PlacedFlag[] {
  const from = isLanguage ? "the vocabulary, the sizes and the weights" : "the weights";
  return [
    new Option(
      "--task <name|file>",
      `${TASK_NAMES.join(", ")}, or a module that exports a task: ./task.js`,
    ).default(undefined, "language"),
    new Option("--out <dir>", "folder for the model, checkpoints and logs"),
    new Option("--force", "replace the model that is there"),
    new Option("--resume <dir>", "continue the run in a folder from its newest checkpoint").conflicts([
      "out",
      "from",
    ]),
    new Option("--from <dir>", `begin with ${from} of a trained model`),
  ].map((flag) => ({ flag, group: PLACE }));
}

/** A task's learning rate, and those of optimisers that take others. */
function rateText({ optimizer }: NonNullable<TaskDescription["defaults"]>, rate: unknown) {
  const usual = optimizer ?? LOOP_OPTIONS.optimizer.default;
  return defaultTextOf(OPTIMISERS, "learningRate", OPTIMISERS[usual].learningRate.default, rate);
}

/** The loop's options with a task's defaults; null is an epoch. */
function withDefaults(defaults: TaskDescription["defaults"] = {}): OptionTable {
  const own = Object.entries(LOOP_OPTIONS as OptionTable).map(([name, option]) => {
    const value = defaults[name as keyof typeof defaults];
    if (value === undefined) return [name, option] as const;
    if (name === "learningRate") return [name, { ...option, ...rateText(defaults, value) }] as const;
    return [
      name,
      { ...option, ...(value === null ? { defaultText: "an epoch" } : { default: value }) },
    ] as const;
  });
  return Object.fromEntries(own);
}

function budgetFlags(epochs: string, budget = DEFAULT_SETTINGS.budget): readonly PlacedFlag[] {
  const [[kind, amount], least] = Object.entries(budget);
  const said = least === undefined ? String(amount) : `${amount}, and ${least[1]} steps at least`;
  return [
    new Option("--epochs <n>", epochs)
      .default(undefined, kind === "epochs" ? said : undefined)
      .argParser(aboveZero)
      .conflicts(["steps", "minutes"]),
    new Option("--steps <n>", "updates of the weights")
      .argParser(wholeNumber(1))
      .conflicts(["epochs", "minutes"]),
    new Option("--minutes <n>", "minutes, measuring at the end not included")
      .argParser(aboveZero)
      .conflicts(["steps", "epochs"]),
  ].map((flag) => ({ flag, group: BUDGET }));
}
