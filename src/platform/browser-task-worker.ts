// Apart from the rest of the browser's side, because a worker has that in it too and would bring this other one along.
import { threadOf } from "./browser.ts";
import type { WorkerThread } from "./platform.ts";

/** A worker that knows all tasks, which a bundler finds by this literal call; by its name it knows itself. */
export function startTaskWorker<Request, Reply>(): WorkerThread<Request, Reply> {
  return threadOf(
    new Worker(new URL("../workers/browser-task-worker.js", import.meta.url), {
      type: "module",
      name: "unrolled-tasks",
    }),
  );
}
