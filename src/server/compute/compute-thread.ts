import { soon, startWorker } from "#platform";
import { Engine } from "./engine.ts";
import type { ComputeMessage, ComputeReply, ComputeRequest, ComputeStart } from "./protocol.ts";

/** A thread that computes, as another sees it. */
export interface ComputeThread {
  readonly post: (request: ComputeRequest) => void;
  readonly stop: () => void;
  readonly startedMs: number;
  /** Work that it has not answered. */
  load: number;
  /** Of one that is put in the place of another: ends once it has all models. */
  comesBack: Promise<void> | undefined;
}

type Hear = (replies: readonly ComputeReply[]) => void;

/** The caller's own. */
export function ownThread(start: ComputeStart, hear: Hear): ComputeThread {
  const engine = new Engine(hear);
  engine.start(start);
  return { ...NEW, startedMs: Date.now(), post: (request) => engine.receive(request), stop: () => {} };
}

const NEW = { load: 0, comesBack: undefined };

/** One of its own; `died` may be told more than once. */
export function workerThread(start: ComputeStart, hear: Hear, died: (error: Error) => void): ComputeThread {
  const worker = startWorker<ComputeMessage, readonly ComputeReply[]>(true);
  worker.post(start);
  worker.listen(hear, died);
  let told: ComputeRequest[] = [];
  return {
    ...NEW,
    startedMs: Date.now(),
    // What comes at the same time is told at the same time: a message wakes the other thread, which costs both.
    post(request) {
      told.push(request);
      if (told.length > 1) return;
      soon(() => {
        worker.post(told);
        told = [];
      });
    },
    stop: () => worker.stop(),
  };
}
