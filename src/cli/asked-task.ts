import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isOwnStream, readRegularSync, readRegularText } from "../platform/node-files.ts";
import { isTask } from "../tasks/is-task.ts";
import { LANGUAGE } from "../tasks/language/language-description.ts";
import { PRESETS } from "../tasks/language/presets.ts";
import type { Presets } from "../tasks/preset.ts";
import type { TaskDescription, TaskModule } from "../tasks/task.ts";
import { describedTask, isTaskOfNetwork, TASK_NAMES } from "../tasks/task-table.ts";
import type { CellEntry } from "./asked-cell.ts";
import { UsageError } from "./failure.ts";

/** The task that a command is about. */
export interface AskedTask {
  /** As `train` takes it. */
  readonly name: string | TaskModule;
  readonly isLanguage: boolean;
  /** Whether it is one of the package's other tasks, which read files of data. */
  readonly isKnown: boolean;
  readonly description: TaskDescription;
}

/** The presets of a task. */
export function presetsOf({ isLanguage, description }: AskedTask): Presets {
  return isLanguage ? PRESETS : (description.presets ?? {});
}

/** What is trained where nothing else is said. */
export const LANGUAGE_TASK: AskedTask = {
  name: "language",
  isLanguage: true,
  isKnown: false,
  description: LANGUAGE,
};

/** The task of a call: of --task, of the run that --resume goes on with, or of what --config says. */
export async function taskOfCall(words: readonly string[]): Promise<AskedTask> {
  const said = givenIn(words, "--task");
  return askedTask(said ?? runOfCall(words)?.task ?? (await configurationOfCall(words))?.task);
}

/** What the words of a call give for a flag. */
export function givenIn(words: readonly string[], flag: string): string | undefined {
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at < 0 || words.slice(0, at).includes("--")) return undefined;
  return words[at] === flag ? words[at + 1] : words[at].slice(flag.length + 1);
}

/** The task of a name or of a module: a path, with the export behind # where there are several. */
export async function askedTask(said: string | TaskModule | undefined): Promise<AskedTask> {
  if (said === undefined || said === LANGUAGE.name) return LANGUAGE_TASK;
  const description = typeof said === "string" ? await describedTask(said) : undefined;
  if (description) return { name: description.name, isLanguage: false, isKnown: true, description };
  const [path, name] = typeof said === "string" ? said.split("#") : [String(said.module), said.export];
  const file = resolve(path);
  if (!existsSync(file)) {
    const known = TASK_NAMES.join(", ");
    throw new UsageError(`task ${path} is neither ${known} nor a module that is there`);
  }
  const module = pathToFileURL(file).href;
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(module);
  } catch (error) {
    throw new UsageError(`task ${path} cannot be imported: ${(error as Error).message}`);
  }
  const tasks = Object.keys(exported).filter((each) => isTask(exported[each]));
  const found = name ?? (tasks.length === 1 ? tasks[0] : undefined);
  const task = found === undefined ? undefined : exported[found];
  if (found === undefined || !isTask(task)) {
    const several =
      tasks.length > 0 ? `the tasks ${tasks.join(", ")}; name one: ${path}#${tasks[0]}` : "no task";
    throw new UsageError(`task ${path} exports ${several}`);
  }
  return { name: { module, export: found }, isLanguage: false, isKnown: false, description: task };
}

/**
 * The task of the model that a command's words name, a folder or an ONNX file that was made of one, if it is another of the package's tasks
 * than language.
 */
export async function taskOfModel(words: readonly string[]): Promise<AskedTask | undefined> {
  for (const place of words.filter((word) => !word.startsWith("-"))) {
    const path = join(place, "config.json");
    const isFolder = existsSync(path);
    if (!isFolder && !/\.onnx$/i.test(place)) continue;
    try {
      const { task } = isFolder ? JSON.parse(readRegularText(path)) : await taskOfGraph(place);
      if (isTaskOfNetwork(task)) return await askedTask(task);
    } catch {
      // What is wrong with it is said where the model is opened.
    }
    return undefined;
  }
  return undefined;
}

/** What an ONNX file says of the task that its model was trained for. */
async function taskOfGraph(path: string): Promise<{ readonly task?: unknown }> {
  const { readOnnxMetadata } = await import("../formats/onnx/metadata.ts");
  return JSON.parse(readOnnxMetadata("openModel", readRegularSync(path)).get("unrolled.task") ?? "{}");
}

/** The task as run.json keeps it: the name, or the module's path and the export. */
export function taskEntry({ name }: AskedTask): string | TaskModule {
  return typeof name === "string" ? name : { module: fileURLToPath(name.module), export: name.export };
}

/** What decides which options a call has. */
interface OptionsDecided {
  readonly task?: string | TaskModule;
  readonly cell?: CellEntry | null;
}

/** Of the run or the sweep that a call goes on with; whatever is wrong with its files is said where they are read. */
export function runOfCall(words: readonly string[]): OptionsDecided | undefined {
  const folder = givenIn(words, "--resume");
  if (folder === undefined) return undefined;
  const read = (file: string) => {
    try {
      return JSON.parse(readRegularText(join(folder, file)));
    } catch {
      return undefined;
    }
  };
  return read("run.json") ?? read("sweep.json")?.plan?.fixed;
}

/** Of the configuration of a call. */
export async function configurationOfCall(
  words: readonly string[],
): Promise<{ readonly task?: string; readonly cell?: unknown } | undefined> {
  const path = givenIn(words, "--config");
  // A stream can be read only once, and its options are read where they are checked.
  if (path === undefined || path === "-" || isOwnStream(path)) return undefined;
  const { parse } = await import("yaml");
  try {
    const content = parse(readRegularText(path));
    return { ...content?.train, ...content };
  } catch {
    return undefined;
  }
}
