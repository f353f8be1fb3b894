import { UnrolledError } from "../errors.ts";
import { isTask } from "./is-task.ts";
import type { Task, TaskModule } from "./task.ts";

/** A module that has the tasks of the package, under a name that needs no path. */
const KNOWN_TASKS = "unrolled:tasks";

/** A task by the name of one that the package knows, or as a module's export. Plain data. */
export type TaskName = string | TaskModule;

/** Tasks of the package by name, each loaded when it is asked for. */
export type KnownTasks = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * The task of a name among those that are known, or that a module exports.
 *
 * @throws UnrolledError "invalid-argument" for a name that is not known, or a module that cannot be imported or exports no such task
 */
export async function findTask(named: TaskName, known: KnownTasks): Promise<Task> {
  const home =
    typeof named === "string"
      ? { module: KNOWN_TASKS, export: named }
      : { module: String(named.module), export: named.export };
  const exported = await importerOf(known)(home.module, home.export).catch((error: Error) => {
    const problem = `${home.module} cannot be imported: ${error.message}`;
    throw new UnrolledError("invalid-argument", { call: "train", problem });
  });
  const found = exported[home.export];
  if (isTask(found)) return { ...found, home };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem:
      home.module === KNOWN_TASKS
        ? `task is ${JSON.stringify(named)}, needed one of ${Object.keys(known).join(", ")}, or a module and its export`
        : `${home.module} exports no task ${home.export}; it is what defineTask makes`,
  });
}

/** Imports a module for what it exports under a name, or the task of that name from those that are known. */
export function importerOf(
  known: KnownTasks,
): (module: string, name: string) => Promise<Readonly<Record<string, unknown>>> {
  return async (module, name) => {
    if (module !== KNOWN_TASKS) return import(/* @vite-ignore */ module);
    return Object.hasOwn(known, name) ? { [name]: await known[name]() } : {};
  };
}
