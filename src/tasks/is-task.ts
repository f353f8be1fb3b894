import type { Task } from "./task.ts";

/** Whether a value looks like a task: what a module exports may be anything. */
export function isTask(value: unknown): value is Task {
  const task = value as Partial<Task> | null;
  return (
    typeof task === "object" &&
    task !== null &&
    typeof task.name === "string" &&
    typeof task.prepare === "function" &&
    typeof task.replica === "function"
  );
}
