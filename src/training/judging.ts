import type { Module } from "../module/module.ts";
import type { Task } from "../tasks/task.ts";

/** The number that counts, less being better, and the loss beside it, if it was measured. */
export interface Judged {
  readonly value: number;
  readonly loss?: number | undefined;
}

/** The number that counts, less being better. */
function judgedValue({ judge: { measure, better } }: Task, found: object): number {
  const value = (found as Readonly<Record<string, number>>)[measure];
  return better === "less" ? value : -value;
}

/**
 * Whether what was found is better than the best so far: no value that is no number is. Of equal ones, as all are while nothing is learned yet,
 * that with the smaller loss is.
 */
export function isBetter(found: Judged, best: Judged | undefined): boolean {
  if (best === undefined) return found.value < Number.POSITIVE_INFINITY;
  if (found.value !== best.value) return found.value < best.value;
  return found.loss !== undefined && best.loss !== undefined && found.loss < best.loss;
}

/** What a measurement is judged by: less is better. */
export function judged(task: Task, found: object): Judged {
  const loss = (found as Readonly<Record<string, unknown>>)[task.loss];
  const value = judgedValue(task, found);
  return typeof loss === "number" && Number.isFinite(loss) ? { value, loss } : { value };
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
