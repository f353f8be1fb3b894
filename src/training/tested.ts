import type { Module } from "../module/module.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import { filesOf } from "./files-of.ts";
import { lookedAt } from "./judging.ts";
import type { AnyPrepared } from "./trainer.ts";

/** What a run has found at its end: on the held-out part, and on the test part. */
export interface Finished {
  readonly evaluation: object | null;
  readonly test?: object | undefined;
}

/** What is found on the test part, if there is one, by the model as its folder has it. */
export async function tested(
  task: Task,
  prepared: AnyPrepared,
  model: Module,
  settings: LoopSettings,
  found: object | undefined,
): Promise<object | undefined> {
  const { test, options } = prepared;
  if (!test) return undefined;
  const files = await filesOf(task, prepared, model, settings, found);
  const { options: kept = options } = JSON.parse(new TextDecoder().decode(files["config.json"]));
  const read = async (name: string) => files[name];
  return lookedAt(model, () => test({ model, options: kept, settings: { ...settings }, read }));
}
