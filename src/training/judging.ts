import type { Module } from "../module/module.ts";
import type { Task } from "../tasks/task.ts";

/** The number that counts, less being better. */
export function judgedValue({ judge: { measure, better } }: Task, found: object): number {
  const value = (found as Readonly<Record<string, number>>)[measure];
  return better === "less" ? value : -value;
}

/** Looks at a model that is being trained: nothing is dropped meanwhile. */
export async function lookedAt<Result>(model: Module, body: () => Promise<Result> | Result): Promise<Result> {
  const { training } = model;
  model.eval();
  try {
    return await body();
  } finally {
    if (training) model.train();
  }
}
