import { statSync } from "node:fs";
import { UnrolledError } from "../errors.ts";
import type { BackendChoice } from "../kernels/backend.ts";
import type { ModelFiles } from "../models/model-files.ts";
import type { WeightOptions } from "../models/network-folder.ts";
import type { TaskModel } from "../open/task-model.ts";
import { placeInFolder, readRegularSync } from "../platform/node-files.ts";
import type { LanguageModel } from "../tasks/language/model/language-model.ts";
import { requireKnownCell } from "./asked-cell.ts";
import { CommandError, textOf } from "./failure.ts";

/** The files that a model's folder has. */
export const MODEL_FILES: readonly string[] = [
  "config.json",
  "model.safetensors",
  "tokenizer.json",
  "generation_config.json",
  "README.md",
];

/** The files without which a task's model is none. */
const NEEDED: readonly string[] = ["config.json", "model.safetensors"];

/** The files of the model in a folder, unopened: all of a language model's, of other tasks those that are there. Errors name folder and file. */
export async function readModelFiles(path: string, isLanguage = true): Promise<ModelFiles> {
  requireFolder(path);
  const files: ModelFiles = {};
  for (const name of MODEL_FILES.filter((each) => each !== "README.md")) {
    try {
      files[name] = readModelFile(path, name);
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      if (isLanguage || NEEDED.includes(name)) throw new CommandError(`${path}: ${textOf(error)}`);
    }
  }
  return files;
}

/** Opens the language model in a folder. Errors name the folder, the file in it, and what is wrong there. */
export async function openLanguageFolder(
  path: string,
  backend: BackendChoice,
  options: WeightOptions = {},
): Promise<LanguageModel> {
  requireFolder(path);
  requireKnownCell(path);
  const [{ openDevice }, { openLanguageModel }] = await Promise.all([
    import("../tensor/device.ts"),
    import("../tasks/language/folder/open-language-model.ts"),
  ]);
  const device = await openDevice({ backend });
  try {
    return await openLanguageModel(device, async (name) => readModelFile(path, name), options);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    const { taskOfModel } = await import("./asked-task.ts");
    const other = (await taskOfModel([path]))?.name;
    throw new CommandError(
      typeof other === "string"
        ? `${path} is a model of the task ${other}, needed a language model; predict and eval take it`
        : `${path}: ${textOf(error)}`,
    );
  }
}

/** Opens the language model in a folder under a category, or under an unknown one, with weights of 32 bits, to look into. */
export async function openConditioned(
  path: string,
  { backend, condition }: { readonly backend: BackendChoice; readonly condition?: string | undefined },
): Promise<LanguageModel> {
  return (await openLanguageFolder(path, backend, { weights: "float32" })).conditionedOn(condition);
}

/** Opens the model of another task in a folder, or in a file that `convert` made of one. Errors name it. */
export async function openTaskModel(
  path: string,
  backend: BackendChoice,
): Promise<TaskModel<never, unknown>> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) requireFolder(path);
  const [{ openDevice }, { openModel }] = await Promise.all([
    import("../tensor/device.ts"),
    import("../open/open-model.ts"),
  ]);
  return (await openModel(path, { device: await openDevice({ backend }) })) as unknown as TaskModel<
    never,
    unknown
  >;
}

function requireFolder(path: string): void {
  const folder = statSync(path, { throwIfNoEntry: false });
  if (folder === undefined) throw new CommandError(`${path} does not exist, needed a model's folder`);
  if (!folder.isDirectory()) throw new CommandError(`${path} is a file, needed a model's folder`);
}

/** At once: nothing else is to be done meanwhile, and waiting for threads to read costs more than it saves. */
function readModelFile(path: string, name: string): Uint8Array {
  try {
    return readRegularSync(placeInFolder(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UnrolledError("missing-file", `${name} is missing, needed for a model`);
  }
}
