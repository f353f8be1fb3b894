import { type Command, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { wholeNumber } from "../flags/option-values.ts";

/** The options of `unrolled predict` as commander gives them. */
export interface PredictOptions {
  readonly top: number;
  readonly condition?: string;
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addPredictCommand(program: Command): void {
  program
    .command("predict")
    .summary("show what comes next, and how likely")
    .description(
      "Show the likeliest next tokens after TEXT with their probabilities, and, for models of characters or " +
        "bytes, the likeliest next words.",
    )
    .argument("<dir>", "folder of the model")
    .argument("<text>", "what comes before; empty: a line break; -: standard input")
    .addOption(new Option("--top <n>", "how many to show").argParser(wholeNumber(1)).default(10))
    .option(
      "--condition <value>",
      "what the text is written for, if the model was trained with a condition: a category, or numbers with commas",
    )
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, text: string, options: PredictOptions) => {
      const { runPredictCommand } = await import("./predict.ts");
      await runPredictCommand(folder, text, options);
    });
}
