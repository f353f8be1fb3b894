import { generateEvents } from "../../tasks/language/model/generate-text.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openLanguageFolder } from "../model-folder.ts";
import { promptOf } from "../screen/read-prompt.ts";
import type { GenerateOptions } from "./generate-command.ts";

/** Seeds that are drawn stay short enough to be typed. */
const SEEDS = 2 ** 32;

/** `unrolled generate`: writes texts to stdout as they come, or as JSON lines when each is finished. */
export async function runGenerateCommand(folder: string, options: GenerateOptions): Promise<void> {
  const { promptFile, json, numSamples, backend, seed, stop, interactive, ...sampling } = options;
  if (interactive) return (await import("./generate-in-turns.ts")).generateInTurns(folder, options);
  quitWhenInterrupted();
  const given = promptFile === undefined ? options.prompt : await readPromptFile(promptFile);
  const trained = await openLanguageFolder(folder, backend);
  const prompt = promptOf(trained, given ?? "");
  const events = generateEvents(trained, prompt, {
    ...sampling,
    stop,
    numSamples,
    seed: seed ?? Math.floor(Math.random() * SEEDS),
  });

  let startedMs = performance.now();
  let written: number | undefined;
  let lastPiece = "";
  for await (const event of events) {
    if (json) {
      if (event.type !== "end") continue;
      const { text, tokens, finishReason } = event;
      const seconds = (performance.now() - startedMs) / 1000;
      startedMs = performance.now();
      printJson({ prompt, text, tokens, finishReason, seconds });
      continue;
    }
    if (numSamples > 1 && written !== event.sample) {
      process.stdout.write(`${event.sample > 0 ? "\n" : ""}--- ${event.sample + 1} of ${numSamples} ---\n`);
      lastPiece = "";
    }
    written = event.sample;
    if (event.type === "text") {
      process.stdout.write(event.text);
      lastPiece = event.text;
    } else if (!lastPiece.endsWith("\n")) {
      process.stdout.write("\n");
    }
  }
}

/** An empty file is an empty prompt. */
async function readPromptFile(path: string): Promise<string> {
  if (path === "-") return (await import("../standard-input.ts")).promptFromStandardInput();
  const [{ statSync }, { readTexts }] = await Promise.all([import("node:fs"), import("../../data/files.ts")]);
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) return "";
  return (await readTexts([path]))[0].text;
}
