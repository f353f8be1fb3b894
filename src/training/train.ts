import { startWorker } from "#platform";
import { UnrolledError } from "../errors.ts";
import type { TrainingEvent } from "./events.ts";
import { type PartialSettings, resolveSettings } from "./resolve.ts";
import type { TrainingData, TrainingStart } from "./settings.ts";

/** What a training worker is sent. */
export type WorkerRequest =
  | {
      readonly type: "train";
      readonly data: TrainingData;
      readonly settings: PartialSettings;
      readonly start: TrainingStart;
    }
  /** Sent once the caller has seen the start: no step is made before. */
  | { readonly type: "go" }
  | { readonly type: "abort" };

/** What it sends back. */
export type WorkerReply =
  | { readonly type: "event"; readonly event: TrainingEvent }
  | {
      readonly type: "failed";
      readonly code: string | undefined;
      readonly message: string;
      readonly stack: string | undefined;
    }
  | { readonly type: "done" };

/** A worker of either platform, as little of it as is needed. */
export interface TrainingWorker {
  post(request: WorkerRequest): void;
  /** Calls back for each reply, and once with an error if the worker dies. */
  listen(onReply: (reply: WorkerReply) => void, onDeath: (error: Error) => void): void;
  stop(): void;
}

/**
 * Trains a language model in a worker, so that the caller's thread stays free, and tells about it event by event; the first step
 * is made when the caller asks for what comes after the start. Ends early,
 * keeping the best model, once `signal` is aborted; leaving the loop stops the worker at once. With a `checkpoint` it goes on as
 * if it had never stopped; with a `model` it begins with that model's tokenizer, sizes and weights.
 *
 * @throws UnrolledError whatever is wrong with settings or text, "not-finite" if training diverges.
 */
export async function* train(
  data: TrainingData,
  settings: PartialSettings = {},
  options: TrainingStart & { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const resolved = resolveSettings(settings);
  const { checkpoint, model, signal } = options;
  const worker = await startWorker();
  const replies: WorkerReply[] = [];
  let death: Error | undefined;
  let wake = () => {};
  worker.listen(
    (reply) => {
      replies.push(reply);
      wake();
    },
    (error) => {
      death = error;
      wake();
    },
  );
  const abort = () => worker.post({ type: "abort" });
  signal?.addEventListener("abort", abort);
  try {
    worker.post({ type: "train", data, settings: resolved, start: { checkpoint, model } });
    if (signal?.aborted) abort();
    for (;;) {
      const reply = replies.shift();
      if (reply?.type === "event") {
        yield reply.event;
        if (reply.event.type === "start") worker.post({ type: "go" });
      } else if (reply?.type === "done") return;
      else if (reply?.type === "failed") throw rebuilt(reply);
      else if (death)
        throw new UnrolledError("worker-died", `train: the training worker died: ${death.message}`);
      else
        await new Promise<void>((resume) => {
          wake = resume;
        });
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    worker.stop();
  }
}

/** The worker's error, on this side again. */
function rebuilt({
  code,
  message,
  stack,
}: {
  code: string | undefined;
  message: string;
  stack: string | undefined;
}): Error {
  if (code) return new UnrolledError(code as UnrolledError["code"], message);
  const error = new Error(message);
  if (stack) error.stack = stack;
  return error;
}
