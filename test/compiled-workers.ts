// The platform of the tests. Workers begin with what is compiled, where that is of these sources: it is there at once, while sources are
// translated in each worker by itself, which takes longer than most tests. So are the modules of tests that workers import; where one
// needs sources itself, its worker begins with these.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { isCompiled } from "../scripts/setup.mjs";
import { startWorker as startFromSources } from "../src/platform/node.ts";
import type { WorkerThread } from "../src/platform/platform.ts";
import { compiledModule } from "./compiled-module.ts";

export * from "../src/platform/node.ts";

const COMPILED = new URL("../dist/workers/node-worker.js", import.meta.url);

/** Started by its first message, which says what it needs. */
export function startWorker<Request, Reply>(keepsAlive: boolean): WorkerThread<Request, Reply> {
  let started: Pick<WorkerThread<Request, Reply>, "post" | "stop"> | undefined;
  let listeners: Parameters<WorkerThread<Request, Reply>["listen"]> | undefined;
  return {
    post(request) {
      if (started) return started.post(request);
      const compiled = isCompiled() ? ofCompiled(request) : undefined;
      const worker = compiled === undefined ? startFromSources<Request, Reply>(keepsAlive) : startCompiled();
      started = worker;
      worker.listen(...listeners!);
      worker.post(compiled ?? request);
    },
    listen: (...given) => {
      listeners = given;
    },
    stop: () => started?.stop(),
  };

  function startCompiled(): WorkerThread<Request, Reply> {
    const worker = new Worker(COMPILED);
    return {
      post: (request) => worker.postMessage(request),
      listen(onReply, onDeath) {
        worker.on("message", onReply);
        worker.on("error", onDeath);
        worker.on("exit", (code) => onDeath(new Error(`it exited with code ${code}`)));
        if (!keepsAlive) worker.unref();
      },
      stop: () => void worker.terminate(),
    };
  }
}

export const startTaskWorker = startWorker;

/** A request whose task, replica and cells are modules in JavaScript; undefined where one of them cannot be. */
function ofCompiled<Request>(request: Request): Request | undefined {
  const { task, replica, cells } = request as Modules;
  const named = [task, replica, ...(cells ?? [])].filter((given) => typeof given === "object");
  const found = new Map(named.map((given) => [given, asCompiled(given)]));
  if ([...found.values()].includes(undefined)) return undefined;
  const placed = <Given>(given: Given) => found.get(given as never) ?? given;
  return {
    ...request,
    ...(task === undefined ? {} : { task: placed(task) }),
    ...(replica === undefined ? {} : { replica: placed(replica) }),
    ...(cells === undefined ? {} : { cells: cells.map(placed) }),
  };
}

interface Named {
  readonly module: string | URL;
}
interface Modules {
  readonly task?: string | Named;
  readonly replica?: Named;
  readonly cells?: readonly Named[];
}

function asCompiled(given: Named): Named | undefined {
  const module = String(given.module);
  if (!/^file:.*\.ts$/.test(module)) return given;
  const file = fileURLToPath(module);
  const compiled = existsSync(file) ? compiledModule(file) : undefined;
  return compiled === undefined ? undefined : { ...given, module: pathToFileURL(compiled).href };
}
