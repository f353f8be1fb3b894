import { UnrolledError } from "../errors.ts";
import type { ReferenceLoader } from "../kernels/select.ts";
import { importCell } from "../networks/import-cell.ts";
import { findTask, type KnownTasks } from "../tasks/find-task.ts";
import type { AnyTrainingEvent } from "./events.ts";
import type { JoinedRanks } from "./open-trainer.ts";
import { resolveSettingsOf } from "./resolve-settings.ts";
import { runTraining } from "./run-training.ts";
import type { WorkerReply, WorkerRequest } from "./train.ts";

/** Joins the processes that a process has joined on another thread. What it is given is plain data, which the training does not look into. */
export type RanksJoiner = (world: object) => Promise<JoinedRanks>;

/** The life of a training worker: hands requests to the training loop and its events back. */
export function trainingWorker(
  post: (reply: WorkerReply, transferred: ArrayBuffer[]) => void,
  known: KnownTasks,
  loadReference?: ReferenceLoader,
  joinRanks?: RanksJoiner,
): (request: WorkerRequest) => void {
  const abort = new AbortController();
  let go = () => {};
  const toldToGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  return (request) => {
    if (request.type === "abort") return abort.abort();
    if (request.type === "go") return go();
    const run = async () => {
      const { data, start, cells, world } = request;
      for (const cell of cells) await importCell(cell);
      const task = await findTask(request.task, known);
      const settings = resolveSettingsOf(task, request.settings);
      const ranks = world && (await joinRanks?.(world));
      if (ranks?.rank) {
        await ranks.follow({ task, data, settings, start, loadReference });
        return post({ type: "done" }, []);
      }
      for await (const event of runTraining(
        task,
        data,
        settings,
        abort.signal,
        start,
        loadReference,
        ranks,
      )) {
        post({ type: "event", event }, movable(event));
        if (event.type === "start") await toldToGo;
      }
      post({ type: "done" }, []);
    };
    run().catch((error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const found = error instanceof UnrolledError ? { code: error.code, fields: error.fields } : undefined;
      post({ type: "failed", error: found, message, stack }, []);
    });
  };
}

/** Files change hands instead of being copied, which would block the caller's thread. */
function movable(event: AnyTrainingEvent): ArrayBuffer[] {
  const files =
    event.type === "checkpoint" ? [event.file] : event.type === "model" ? Object.values(event.files) : [];
  // What stands in a larger room is copied: others may stand there too.
  return files
    .filter(({ byteLength, buffer }) => byteLength === buffer.byteLength)
    .map(({ buffer }) => buffer as ArrayBuffer);
}
