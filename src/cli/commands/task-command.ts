// `unrolled eval` and `unrolled predict` of a model of one of the package's tasks: the options that this task has.
import { type Command, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import type { AskedTask } from "../asked-task.ts";
import { backendOption } from "../flags/backend-option.ts";
import { flagsOf } from "../flags/table-flags.ts";

/** Options of both as commander gives them; those of the task by their names. */
export interface TaskCommandOptions {
  readonly input?: readonly string[];
  readonly backend: BackendChoice;
  readonly json?: true;
  readonly [option: string]: unknown;
}

export function addTaskEvalCommand(program: Command, { description: task }: AskedTask): void {
  const command = program
    .command("eval")
    .summary("measure how well a model does on other data")
    .description(task.help?.eval ?? `Measure the model of the task ${task.name} in DIR on other data.`)
    .argument("<dir>", "folder of the model, or the .onnx file that convert made of it")
    .argument("<file...>", "data to measure on, - for standard input");
  for (const { flag } of flagsOf(task.evaluateOptions ?? {}, "")) command.addOption(flag);
  command
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, files: readonly string[], options: TaskCommandOptions) => {
      const { runTaskEval } = await import("./task-eval.ts");
      await runTaskEval(folder, files, options, task);
    });
}

export function addTaskPredictCommand(program: Command, { description: task }: AskedTask): void {
  const command = program
    .command("predict")
    .summary("show what a model says")
    .description(task.help?.predict ?? `Show what the model of the task ${task.name} in DIR says.`)
    .argument("<dir>", "folder of the model, or the .onnx file that convert made of it");
  if (task.help?.texts === undefined)
    command.argument("[text...]", "texts; files are given by --input; -: standard input");
  else command.argument("[file...]", task.help.texts);
  command.addOption(new Option("--input <files...>", "answer what files hold, - for standard input"));
  for (const { flag } of flagsOf(task.answerOptions ?? {}, "")) command.addOption(flag);
  command
    .addOption(backendOption())
    .option("--json", "a JSON object a line on stdout")
    .action(async (folder: string, words: readonly string[], options: TaskCommandOptions) => {
      const { runTaskPredict } = await import("./task-predict.ts");
      await runTaskPredict(folder, words, options, task);
    });
}
