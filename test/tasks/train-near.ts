import { train } from "../../src/index.ts";
import { findTask } from "../../src/tasks/find-task.ts";
import { TASKS } from "../../src/tasks/task-table.ts";

type Request = Parameters<typeof train>[0];

/**
 * As `train`, on this thread unless several are asked for: in tests a worker reads the sources, which takes longer than a small training.
 */
export async function* trainNear(request: Request): ReturnType<typeof train> {
  const { threads = 1 } = (request.settings ?? {}) as { readonly threads?: number };
  const { task = "language" } = request;
  const isNear = threads === 1 && typeof task === "string";
  yield* train(isNear ? { ...request, task: (await findTask(task, TASKS)) as never } : request);
}
