// The model that the explorer is to show: its files as the page asks for them, and what it would write by itself.
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UnrolledError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { NETWORK_TYPE } from "../../models/network-type.ts";
import { IN_FOLDERS, TASK_TYPE } from "../../open/read-model.ts";
import { TaskModel } from "../../open/task-model.ts";
import { placeInFolder, readRegularSync } from "../../platform/node-files.ts";
import { MODEL_TYPE } from "../../tasks/language/folder/model-type.ts";
import { CommandError, textOf } from "../failure.ts";
import { openLanguageFolder, openTaskModel, readModelFiles } from "../model-folder.ts";
import type { ExploredReading } from "./explored-picture.ts";
import { readingOfTask, readingOfText } from "./explored-reading.ts";

export interface ExploredModel {
  /** As people call it: the name of its folder or file. */
  readonly name: string;
  /** Where the page finds the model, relative to the folder that the files are in: "" for the folder itself. */
  readonly place: string;
  readonly files: ModelFiles;
  /** The beginning of a text that the model writes; undefined where it is not known to write any. */
  readonly sample: string | undefined;
  /** What it does as it reads the text, or its sample; undefined where it is not known how to read one. */
  reading(text: string | undefined): Promise<ExploredReading | undefined>;
}

/** Characters that a picture has room for. */
const SAMPLE_CHARACTERS = 54;

/** Opens what lies at a path, so that a mistake is said here and not in the browser. */
export async function exploredModel(path: string): Promise<ExploredModel> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError(`${path} does not exist, needed a model's folder`);
  const name = basename(resolve(path));
  if (!found.isDirectory()) return elsewhere(name, dirname(path), basename(path));
  const type = typeIn(path);
  if (type === NETWORK_TYPE || type === TASK_TYPE) return ofTask(name, path);
  const file = type === MODEL_TYPE ? undefined : IN_FOLDERS.find((each) => isThere(path, each));
  // A folder with nothing to open is said to lack what a language model has.
  return file === undefined ? ofLanguage(name, path) : elsewhere(name, path, file);
}

async function ofLanguage(name: string, path: string): Promise<ExploredModel> {
  const { network, tokenizer } = await openLanguageFolder(path, "auto");
  const [{ sampleReader, sampleText }, { Generator }] = await Promise.all([
    import("../../tasks/language/sample-text.ts"),
    import("../../random/philox.ts"),
  ]);
  const reader = sampleReader(network, tokenizer.vocabularySize);
  const sample = await sampleText(reader, tokenizer, new Generator(1));
  const begun = beginningOf(sample);
  return {
    ...{ name, place: "", files: await readModelFiles(path), sample: begun },
    reading: async (text = begun) => readingOfText(network, tokenizer, text ?? ""),
  };
}

/** A folder of another task that was made here. */
async function ofTask(name: string, path: string): Promise<ExploredModel> {
  const model = await openTaskModel(path, "auto");
  return {
    ...{ name, place: "", files: await readModelFiles(path, false), sample: undefined },
    reading: (text) => readingOfTask(model, text),
  };
}

/** A file from elsewhere, with whatever its reader asks for beside it, and the tokenizer. */
async function elsewhere(name: string, folder: string, file: string): Promise<ExploredModel> {
  const files: ModelFiles = {};
  const read = async (each: string) => {
    try {
      files[each] = readRegularSync(placeInFolder(folder, each));
      return files[each];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new UnrolledError("missing-file", `${join(folder, each)} is missing`);
    }
  };
  const [{ openModel }, { openDevice }] = await Promise.all([
    import("../../open/open-model.ts"),
    import("../../tensor/device.ts"),
  ]);
  let opened: Model;
  try {
    opened = await openModel(await read(file), { device: await openDevice({ backend: "auto" }), read });
  } catch (error) {
    if (error instanceof UnrolledError) throw new CommandError(`${join(folder, file)}: ${textOf(error)}`);
    throw error;
  }
  if (isThere(folder, "tokenizer.json")) await read("tokenizer.json");
  return { name, place: file, files, sample: undefined, reading };

  // What a file without its task reads is known to nobody but the page.
  async function reading(text: string | undefined): Promise<ExploredReading | undefined> {
    return opened instanceof TaskModel ? readingOfTask(opened, text) : undefined;
  }
}

function isThere(folder: string, name: string): boolean {
  return statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The kind of model that config.json says; undefined where there is none, or no JSON, which opening the model then says. */
function typeIn(folder: string): unknown {
  try {
    const config = new TextDecoder().decode(readRegularSync(placeInFolder(folder, "config.json")));
    return (JSON.parse(config) as { readonly model_type?: unknown } | null)?.model_type;
  } catch {
    return undefined;
  }
}

/** Up to the last word that fits, without blank edges; undefined where nothing is left. */
function beginningOf(text: string): string | undefined {
  const characters = Array.from(text.trim());
  const fitting = characters.slice(0, SAMPLE_CHARACTERS).join("");
  const isCut = characters.length > SAMPLE_CHARACTERS;
  return (isCut ? fitting.replace(/\s+\S*$/, "") : fitting) || undefined;
}
