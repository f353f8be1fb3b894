import { valuesOf } from "../../options/option.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { UsageError } from "../failure.ts";
import { givenOf } from "../flags/given-of.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openTaskModel } from "../model-folder.ts";
import { requirePicture, writePicture } from "../report/picture-file.ts";
import { dataFiles } from "../run/data-files.ts";
import { firstOf } from "../screen/read-prompt.ts";
import { answersOf } from "../screen/task-answers.ts";
import { STANDARD_INPUT } from "../standard-input.ts";
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
  const isPath = (word: string) => takesFiles || word === STANDARD_INPUT;
  const texts = words.filter((word) => !isPath(word));
  const paths = [...words.filter(isPath), ...(options.input ?? [])];
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
  const unknown = new Set<string>();
  const noteUnknown = (answer: object) => {
    for (const part of said.unknown?.(answer) ?? []) unknown.add(part);
  };
  let [answers, lines] = [0, 0];
  // Charts of several answers stand apart.
  const apart = () => {
    if (answers > 0 && given.alignment === true) process.stdout.write("\n");
    answers += 1;
  };
  const tellsPieces =
    model.tellsPieces && picture === null && !options.json && asked?.("", given) !== undefined;
  if (tellsPieces)
    for (const text of texts) {
      apart();
      for await (const event of model.predictEvents(asked?.(text, given) as never)) {
        if (event.type === "text") process.stdout.write(event.text);
        else {
          noteUnknown(event.answer as object);
          lines += 1;
          process.stdout.write(
            ["", ...said.answer(event.answer as object, columns, given).slice(1), ""].join("\n"),
          );
        }
      }
    }
  for await (const answer of model.answers(
    { texts: tellsPieces ? [] : texts, sources: await dataFiles(paths) },
    given,
  )) {
    noteUnknown(answer);
    if (picture !== null) drawn.push(answer);
    if (options.json) {
      answers += 1;
      printJson(answer);
      continue;
    }
    apart();
    for (const line of said.answer(answer, columns, given)) {
      lines += 1;
      process.stdout.write(`${line}\n`);
    }
  }
  if (unknown.size > 0)
    process.stderr.write(`note: the model has never seen ${firstOf([...unknown])}, read as <unk>\n`);
  if (!options.json && answers > 0 && lines === 0 && said.silence)
    process.stdout.write(`${said.silence(answers)}\n`);
  if (picture !== null && said.picture) await writePicture(picture, await said.picture(drawn));
}
