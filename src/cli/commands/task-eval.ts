import { valuesOf } from "../../options/option.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { givenOf } from "../flags/given-of.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openTaskModel } from "../model-folder.ts";
import { dataFiles } from "../run/data-files.ts";
import { answersOf } from "../screen/task-answers.ts";
import type { TaskCommandOptions } from "./task-command.ts";

/** `unrolled eval` of a task: its figures on data, as a table or as JSON. */
export async function runTaskEval(
  folder: string,
  files: readonly string[],
  options: TaskCommandOptions,
  task: TaskDescription,
): Promise<void> {
  quitWhenInterrupted();
  const given = valuesOf("eval", task.evaluateOptions ?? {}, givenOf(options, task.evaluateOptions));
  const model = await openTaskModel(folder, options.backend);
  const found = await model.evaluate({ train: await dataFiles(files) }, given);
  if (options.json) return printJson({ task: task.name, ...found });
  process.stdout.write(`${(await answersOf(task)).evaluation(found).join("\n")}\n`);
}
