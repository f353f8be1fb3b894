import { writeSafetensors } from "../formats/write-safetensors.ts";
import { jsonFile, snakeCaseKeys } from "../models/json-file.ts";
import type { ModelFiles } from "../models/model-files.ts";
import type { Module } from "../module/module.ts";
import { LayeredNetwork } from "../networks/layered-network.ts";
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
  if (model instanceof LayeredNetwork) {
    const { filesOfNetwork } = await import("../models/network-files.ts");
    return filesOfNetwork(model, { task: task.name, options, training: { ...settings }, evaluation: found });
  }
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
