import { readBytes, readTexts } from "../data/files.ts";
import { UnrolledError } from "../errors.ts";
import type { TrainingEvent } from "../training/events.ts";
import { DEFAULT_SETTINGS, type PartialSettings, resolveSettings } from "../training/resolve.ts";
import type { Budget, TrainingData, TrainingSettings } from "../training/settings.ts";
import { train } from "../training/train.ts";
import { CommandError, EXIT, UsageError, withoutCalls } from "./failure.ts";
import { onInterruption } from "./interruption.ts";
import { printJson } from "./json-lines.ts";
import { OutputFolder } from "./output-folder.ts";
import type { TrainOptions } from "./train-command.ts";
import { trainingJson } from "./training-json.ts";
import { TrainingView } from "./training-view.ts";

/** `unrolled train`: reads the texts, trains in a worker, keeps the best model so far in the folder; returns the exit code. */
export async function runTrainCommand(files: readonly string[], options: TrainOptions): Promise<number> {
  const settings = settingsOf(options);
  const output = OutputFolder.open(options.out, options.force === true);
  process.on("exit", () => output.discard());
  const data = await readData(files, options.val, settings.tokenizer);
  const view = new TrainingView(options.json ? process.stderr : process.stdout);
  const abort = new AbortController();
  onInterruption(() => {
    view.stopping();
    abort.abort();
  });

  let savedPath: string | null = null;
  let heldOut: Extract<TrainingEvent, { type: "eval" }> | null = null;
  try {
    for await (const event of train(data, settings, { signal: abort.signal })) {
      if (event.type === "model") {
        output.save(event.files);
        savedPath = output.path;
        if (options.json) printJson({ type: "saved", step: event.step, path: output.path });
      } else if (event.type !== "checkpoint") {
        if (event.type === "eval" && event.best) heldOut = event;
        if (options.json) printJson(trainingJson(event, heldOut, savedPath));
        view.show(event, savedPath);
      }
    }
  } catch (error) {
    view.close();
    if (!(error instanceof UnrolledError) || error.code !== "not-finite") throw error;
    const kept = savedPath === null ? "no model was saved yet" : `the last good model is in ${savedPath}`;
    throw new CommandError(`${withoutCalls(error.message)}; ${kept}`);
  }
  return abort.signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** The settings that the options mean. Whatever is wrong with them is wrong usage, and named as the user wrote it. */
function settingsOf(options: TrainOptions): TrainingSettings {
  const { out: _out, force: _force, json: _json, val: _val, steps, epochs, minutes, ...rest } = options;
  if (options.nonlinearity !== undefined && options.cell !== "elman") {
    const cell = options.cell ?? DEFAULT_SETTINGS.cell;
    throw new UsageError(`option '--nonlinearity' needs --cell elman, the cell is ${cell}`);
  }
  if (options.vocabSize !== undefined && options.tokenizer !== "word") {
    const kind = options.tokenizer ?? DEFAULT_SETTINGS.tokenizer;
    throw new UsageError(`option '--vocab-size' needs --tokenizer word, the tokenizer is ${kind}`);
  }
  let budget: Budget | undefined;
  if (steps !== undefined) budget = { steps };
  else if (epochs !== undefined) budget = { epochs };
  else if (minutes !== undefined) budget = { minutes };
  const partial: PartialSettings = { ...rest, budget };
  try {
    return resolveSettings(partial);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UsageError(withFlags(withoutCalls(error.message)));
  }
}

/** hiddenSize → --hidden-size, for all settings. */
function withFlags(message: string): string {
  const names = Object.keys(DEFAULT_SETTINGS).filter((name) => /[A-Z]/.test(name));
  const pattern = new RegExp(`\\b(${names.join("|")})\\b`, "g");
  return message.replace(
    pattern,
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
}

async function readData(
  files: readonly string[],
  validationFile: string | undefined,
  tokenizer: TrainingSettings["tokenizer"],
): Promise<TrainingData> {
  if (tokenizer === "byte") {
    const text = joinBytes((await readBytes(files)).map(({ bytes }) => bytes));
    if (validationFile === undefined) return { text };
    return { text, validation: (await readBytes([validationFile]))[0].bytes };
  }
  const text = (await readTexts(files)).map((file) => file.text).join("");
  if (validationFile === undefined) return { text };
  return { text, validation: (await readTexts([validationFile]))[0].text };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
