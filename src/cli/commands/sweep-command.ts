import { type Command, Option } from "commander";
import type { TaskDescription } from "../../tasks/task.ts";
import { wholeNumber } from "../flags/option-values.ts";

/** The options of `unrolled sweep` as commander gives them. */
export interface SweepOptions {
  readonly config?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly parallel?: number;
  readonly json?: true;
}

/** `unrolled sweep`. The program has `unrolled train` already: a trial is one. */
export function addSweepCommand(program: Command, task?: TaskDescription): void {
  const train = program.commands.find((command) => command.name() === "train")!;
  program
    .command("sweep")
    .summary("find good settings by training many models")
    .description(
      "Train a model for each of many settings, each in its own process, and say which is best on the held-out text. " +
        "Ctrl-C saves and ends; --resume continues, after a crash too.",
    )
    .addOption(new Option("--config <file>", "what to try, as below").conflicts("resume"))
    .addOption(new Option("--out <dir>", "folder for the trials and their results").conflicts("resume"))
    .option("--resume <dir>", "continue the sweep in this folder")
    .addOption(
      new Option("--parallel <n>", "trials at a time (default: the file's, else 1)").argParser(
        wholeNumber(1),
      ),
    )
    .option("--json", "JSON lines on stdout, progress for people on stderr")
    .addHelpText("after", CONFIGURATION_HELP)
    .action(async (options: SweepOptions) => {
      const { runSweepCommand } = await import("./sweep.ts");
      process.exitCode = await runSweepCommand(options, train, task);
    });
}

const CONFIGURATION_HELP = `
The file is YAML:
  train:                     # options of unrolled train that all trials share
    files: [book.txt]
    steps: 1000
    hidden_size: 128
  search: random             # grid: all combinations; random; halving
  trials: 20                 # random and halving: how many
  metric: loss_nats          # or bits_per_character: of the held-out text
  parameters:                # options of unrolled train that are varied
    learning_rate: {min: 0.001, max: 0.02, scale: log}    # count: 5 for grids
    dropout: [0, 0.1, 0.3]
    num_layers: {min: 1, max: 3, step: 1}
  parallel: 2                # trials at a time
  seed: 1                    # of the random settings

With search: halving the best trials continue with more, again and again:
  halving: {factor: 3, budget: steps, min: 200, max: 1800}   # steps, epochs or
                                                             # minutes`;
