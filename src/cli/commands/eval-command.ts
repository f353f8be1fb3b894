import { type Command, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { DYNAMIC_DEFAULTS } from "../../tasks/language/evaluation/dynamic-defaults.ts";
import { backendOption } from "../flags/backend-option.ts";
import { aboveZero, numberThat } from "../flags/option-values.ts";

/** The options of `unrolled eval` as commander gives them. */
export interface EvalOptions {
  readonly dynamic?: true;
  readonly dynamicRate?: number;
  readonly dynamicDecay?: number;
  readonly field?: string;
  readonly cache?: string;
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addEvalCommand(program: Command): void {
  program
    .command("eval")
    .summary("measure how well a model predicts texts")
    .description(
      "Measure how well the model in DIR predicts each next token of texts (UTF-8): files, folders, patterns such as " +
        "'books/*.txt', .gz, .jsonl (a document a line), or - for standard input. Every file is read from a state of zeros, " +
        "and its first token is given, not predicted. The results of all files are pooled. Characters and words that the " +
        "model does not know count as unknown.",
    )
    .argument("<dir>", "folder of the model")
    .argument("<file...>", "texts to measure on")
    .option("--dynamic", "let the model learn from each part after measuring it; DIR stays as it is")
    .addOption(
      new Option("--dynamic-rate <rate>", "step size of that learning")
        .argParser(aboveZero)
        .default(undefined, String(DYNAMIC_DEFAULTS.rate)),
    )
    .addOption(
      new Option("--dynamic-decay <share>", "share of the way back to DIR's weights after each step")
        .argParser(numberThat((value) => value >= 0 && value <= 1, "a number from 0 to 1"))
        .default(undefined, String(DYNAMIC_DEFAULTS.decay)),
    )
    .addOption(new Option("--field <name>", "JSON lines: where the text is").default(undefined, "text"))
    .addOption(new Option("--cache <dir>", "where tokens are kept").default(undefined, "~/.cache/unrolled"))
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, files: readonly string[], options: EvalOptions) => {
      const { runEvalCommand } = await import("./eval.ts");
      await runEvalCommand(folder, files, options);
    });
}
