import { writeSafetensors } from "../formats/write-safetensors.ts";
import type { ModelFiles } from "../models/folder.ts";
import { jsonFile, snakeCaseKeys } from "../models/json-file.ts";
import type { Module } from "../module/module.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import type { AnyPrepared } from "./trainer.ts";

const MODEL_TYPE = "unrolled-task";
const FORMAT_VERSION = 2;

/** The files of a task's model: the task's own, or its weights with settings and figures. */
export async function filesOf(
  task: Task,
  prepared: AnyPrepared,
  model: Module,
  settings: LoopSettings,
  found: object | undefined,
): Promise<ModelFiles> {
  if (prepared.files)
    return prepared.files(model, settings as typeof settings & Readonly<Record<string, unknown>>, found);
  return {
    "config.json": jsonFile({
      model_type: MODEL_TYPE,
      format_version: FORMAT_VERSION,
      task: task.name,
      options: prepared.options,
      training: snakeCaseKeys(settings),
      ...(found ? { evaluation: snakeCaseKeys(found) } : {}),
    }),
    "model.safetensors": writeSafetensors(await model.stateDict(), { format: "pt" }),
  };
}
