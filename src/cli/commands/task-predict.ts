import { valuesOf } from "../../options/option.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { UsageError } from "../failure.ts";
import { givenOf } from "../flags/given-of.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openTaskModel } from "../model-folder.ts";
import { requirePicture, writePicture } from "../report/picture-file.ts";
import { dataFiles } from "../run/data-files.ts";
import { answersOf } from "../screen/task-answers.ts";
import type { TaskCommandOptions } from "./task-command.ts";

const DEFAULT_COLUMNS = 80;

/** `unrolled predict` of a task: its answers, for people or a JSON object a line. */
export async function runTaskPredict(
  folder: string,
  words: readonly string[],
  options: TaskCommandOptions,
  task: TaskDescription,
): Promise<void> {
  quitWhenInterrupted();
  const given = valuesOf("predict", task.answerOptions ?? {}, givenOf(options, task.answerOptions));
  const model = await openTaskModel(folder, options.backend);
  const takesFiles = task.help?.texts !== undefined || model.asksFiles;
  const texts = takesFiles ? [] : words;
  const paths = [...(takesFiles ? words : []), ...(options.input ?? [])];
  if (texts.length === 0 && paths.length === 0)
    throw new UsageError(
      takesFiles ? "missing required argument 'file'" : "missing a text, or files by --input",
    );
  const columns = process.stdout.columns || DEFAULT_COLUMNS;
  const said = await answersOf(task);
  const picture = "plotFile" in given ? (given.plotFile as string | null) : null;
  if (picture !== null) await requirePicture(picture);
  const drawn: object[] = [];
  const { asked } = said;
  const tellsPieces = asked && model.tellsPieces && picture === null && !options.json;
  if (tellsPieces)
    for (const text of texts) {
      for await (const event of model.predictEvents(asked(text, given) as never)) {
        if (event.type === "text") process.stdout.write(event.text);
        else
          process.stdout.write(
            ["", ...said.answer(event.answer as object, columns, given).slice(1), ""].join("\n"),
          );
      }
    }
  let [answers, lines] = [0, 0];
  for await (const answer of model.answers(
    { texts: tellsPieces ? [] : texts, sources: await dataFiles(paths) },
    given,
  )) {
    answers += 1;
    if (picture !== null) drawn.push(answer);
    if (options.json) printJson(answer);
    else
      for (const line of said.answer(answer, columns, given)) {
        lines += 1;
        process.stdout.write(`${line}\n`);
      }
  }
  if (!options.json && answers > 0 && lines === 0 && said.silence)
    process.stdout.write(`${said.silence(answers)}\n`);
  if (picture !== null && said.picture) await writePicture(picture, await said.picture(drawn));
}
