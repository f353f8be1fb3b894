import { type Command, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { names, wholeNumber } from "../flags/option-values.ts";
import { ASPECTS } from "../inspect/aspect-names.ts";

/** The options of `unrolled inspect` as commander gives them. */
export interface InspectOptions {
  readonly what?: readonly string[];
  readonly out: string;
  readonly steps: number;
  readonly tokens: number;
  readonly field?: string;
  readonly condition?: string;
  readonly force?: true;
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addInspectCommand(program: Command): void {
  program
    .command("inspect")
    .summary("look inside a model as it reads a text")
    .description(
      "Write what happens inside the model in DIR as it reads FILE (UTF-8, .gz, .jsonl, or - for standard input): a report to " +
        "open in any browser, its figures as SVG and PNG, and all numbers as JSON.",
    )
    .argument("<dir>", "folder of the model")
    .argument("<file>", "text to read")
    .addOption(
      new Option("--what <names>", `what to look at, with commas: ${ASPECTS.join(", ")}`)
        .argParser(names)
        .default(undefined, "all of them"),
    )
    .option("--out <dir>", "folder for what is written", "inspection")
    .addOption(
      new Option("--steps <n>", "tokens that states, gates, gradients and surprise are shown for")
        .argParser(wholeNumber(2))
        .default(200),
    )
    .addOption(
      new Option("--tokens <n>", "tokens that units and reach are measured on")
        .argParser(wholeNumber(2))
        .default(10_000),
    )
    .addOption(new Option("--field <name>", "JSON lines: where the text is").default(undefined, "text"))
    .option("--force", "replace files that are there")
    .option(
      "--condition <value>",
      "what the text is written for, if the model was trained with a condition: a category, or numbers with commas",
    )
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout that names the files")
    .action(async (folder: string, file: string, options: InspectOptions) => {
      const { runInspectCommand } = await import("./inspect.ts");
      await runInspectCommand(folder, file, options);
    });
}
