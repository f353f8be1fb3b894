import { UnrolledError } from "../errors.ts";
import { isTask } from "./is-task.ts";
import type { Task, TaskModule } from "./task.ts";

/** A module that has the tasks of the package, under a name that needs no path. */
export const KNOWN_TASKS = "unrolled:tasks";

/** A task by the name of one that the package knows, or as a module's export. Plain data. */
export type TaskName = string | TaskModule;

/**
 * The task of a name among those that the package knows, or that a module exports.
 *
 * @throws UnrolledError "invalid-argument" for a name that is not known, or a module that cannot be imported or exports no such task
 */
export async function findTask(named: TaskName, known: Readonly<Record<string, unknown>>): Promise<Task> {
  const home =
    typeof named === "string"
      ? { module: KNOWN_TASKS, export: named }
      : { module: String(named.module), export: named.export };
  const isKnown = home.module === KNOWN_TASKS;
  const exported = isKnown
    ? known
    : await importModule(home.module).catch((error: Error) => {
        const problem = `${home.module} cannot be imported: ${error.message}`;
        throw new UnrolledError("invalid-argument", { call: "train", problem });
      });
  const found = exported[home.export];
  if (isTask(found)) return { ...found, home };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: isKnown
      ? `task is ${JSON.stringify(named)}, needed one of ${Object.keys(exported).join(", ")}, or a module and its export`
      : `${home.module} exports no task ${home.export}; it is what defineTask makes`,
  });
}

/** What a module exports. */
export async function importModule(module: string): Promise<Readonly<Record<string, unknown>>> {
  return module === KNOWN_TASKS ? import("./known-tasks.ts") : import(/* @vite-ignore */ module);
}
