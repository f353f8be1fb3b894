import { describedTask, TASK_NAMES } from "../tasks/task-table.ts";
import { flagsOf } from "./flags/table-flags.ts";

/** The tasks of the package that have an option, typed with its hyphens and perhaps a value. */
export async function tasksWithOption(typed: string): Promise<readonly string[]> {
  const flag = typed.replace(/=.*$/, "");
  const tasks: string[] = [];
  for (const name of TASK_NAMES) {
    const { options = {} } = (await describedTask(name)) ?? {};
    if (flagsOf(options, "").some((placed) => placed.flag.long === flag)) tasks.push(name);
  }
  return tasks;
}
