import type { Command } from "commander";
import type { BackendChoice } from "../kernels/backend.ts";
import { backendOption } from "./backend-option.ts";

/** The options of `unrolled eval` as commander gives them. */
export interface EvalOptions {
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addEvalCommand(program: Command): void {
  program
    .command("eval")
    .summary("measure how well a model predicts texts")
    .description(
      "Measure how well the model in DIR predicts each next token of FILE... Every file is read from a state of " +
        "zeros, its first token given; the results are pooled. What the model has never seen is scored as unknown.",
    )
    .argument("<dir>", "folder of the model")
    .argument("<file...>", "texts to measure on")
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, files: readonly string[], options: EvalOptions) => {
      const { runEvalCommand } = await import("./eval.ts");
      await runEvalCommand(folder, files, options);
    });
}
