import { readSafetensors } from "../formats/safetensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import { jsonFile, snakeCaseKeys } from "../models/folder-files.ts";
import type { ModelFiles } from "../models/model-files.ts";
import { networkFiles } from "../models/network-folder.ts";
import type { Module, StateDict } from "../module/module.ts";
import { Network } from "../networks/network.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import type { AnyPrepared } from "./trainer.ts";

/** What config.json of a folder says whose model is a module of the task's own, and no network. */
const MODEL_TYPE = "unrolled-task";
const FORMAT_VERSION = 2;

/** The files of a task's model: the task's own, or those of its network, or its weights; with settings and figures. */
export async function filesOf(
  task: Task,
  prepared: AnyPrepared,
  model: Module,
  settings: LoopSettings,
  found: object | undefined,
): Promise<ModelFiles> {
  if (prepared.files)
    return prepared.files(model, settings as typeof settings & Readonly<Record<string, unknown>>, found);
  const { options } = prepared;
  if (model instanceof Network)
    return networkFiles(model, { task: task.name, options, training: { ...settings }, evaluation: found });
  return {
    "config.json": jsonFile({
      model_type: MODEL_TYPE,
      format_version: FORMAT_VERSION,
      task: task.name,
      options,
      training: snakeCaseKeys(settings),
      ...(found ? { evaluation: snakeCaseKeys(found) } : {}),
    }),
    "model.safetensors": writeSafetensors(await model.stateDict(), { format: "pt" }),
  };
}

/** The weights in the files of such a model. */
export function weightsIn(files: ModelFiles): StateDict {
  return readSafetensors(files["model.safetensors"]);
}
