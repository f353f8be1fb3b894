import { type Command, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { atLeastZero, wholeNumber } from "../flags/option-values.ts";

/** The options of `unrolled reach` as commander gives them. */
export interface ReachCommandOptions {
  readonly maxContext?: number;
  readonly positions: number;
  readonly tolerance: number;
  readonly seed: number;
  readonly field?: string;
  readonly condition?: string;
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addReachCommand(program: Command): void {
  program
    .command("reach")
    .summary("measure how far back a model remembers")
    .description(
      "Measure how far back the model in DIR remembers on FILE (UTF-8, .gz, .jsonl, or - for standard input): its loss against " +
        "the number of tokens it has read, each with a 95 % interval; the shortest context that is as good as any; and how " +
        "fast the gradient of a prediction fades with distance.",
    )
    .argument("<dir>", "folder of the model")
    .argument("<file>", "text to measure on")
    .addOption(
      new Option("--max-context <n>", "longest context, in tokens")
        .argParser(wholeNumber(1))
        .default(undefined, "256, or half the text"),
    )
    .addOption(
      new Option("--positions <n>", "predictions to make with each context")
        .argParser(wholeNumber(1))
        .default(1000),
    )
    .addOption(
      new Option("--tolerance <nats>", "a gain that no longer counts").argParser(atLeastZero).default(0.01),
    )
    .addOption(new Option("--seed <n>", "which predictions are made").argParser(wholeNumber(0)).default(0))
    .addOption(new Option("--field <name>", "JSON lines: where the text is").default(undefined, "text"))
    .option(
      "--condition <value>",
      "what the text is written for, if the model was trained with a condition: a category, or numbers with commas",
    )
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, file: string, options: ReachCommandOptions) => {
      const { runReachCommand } = await import("./reach.ts");
      await runReachCommand(folder, file, options);
    });
}
