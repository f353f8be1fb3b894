// The page's side of the engine: a worker, and questions to it.
import type { Answer, FromWorker, Kind, Question, Telling, ToWorker } from "./protocol.ts";

/** What went wrong in the worker, with the library's code, in words for people. */
export class EngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface AskOptions<K extends Kind> {
  /** Aborted when the answer is not wanted any more; the promise is rejected with the code "aborted". */
  readonly signal?: AbortSignal | undefined;
  readonly onTelling?: (telling: Telling<K>) => void;
}

/** Asks the one worker that runs the engine. */
export interface Engine {
  ask<K extends Kind>(kind: K, question: Question<K>, options?: AskOptions<K>): Promise<Answer<K>>;
  /** Ends the worker; what has not been answered is rejected. */
  close(): void;
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  tell?(telling: unknown): void;
}

/** A worker, or what stands in for one in tests. */
export interface Channel {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export function openEngine(
  channel: Channel = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
): Engine {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let death: EngineError | undefined;

  channel.onmessage = ({ data }) => {
    const waiting = pending.get(data.id);
    if (!waiting) return;
    if ("telling" in data) return waiting.tell?.(data.telling);
    pending.delete(data.id);
    if ("answer" in data) waiting.resolve(data.answer);
    else waiting.reject(new EngineError(data.failure.code, data.failure.message));
  };
  channel.onerror = (event) =>
    die(`the engine's worker does not run: ${event.message || "it did not start"}`);

  function die(message: string): void {
    death = new EngineError("worker", message);
    for (const { reject } of pending.values()) reject(death);
    pending.clear();
  }

  return {
    ask<K extends Kind>(kind: K, question: Question<K>, { signal, onTelling }: AskOptions<K> = {}) {
      return new Promise<Answer<K>>((resolve, reject) => {
        if (death) return reject(death);
        if (signal?.aborted) return reject(aborted());
        const id = ++lastId;
        const abort = () => {
          if (!pending.delete(id)) return;
          channel.postMessage({ id, abort: true });
          reject(aborted());
        };
        signal?.addEventListener("abort", abort, { once: true });
        const settle = () => signal?.removeEventListener("abort", abort);
        pending.set(id, {
          resolve: (answer) => {
            settle();
            resolve(answer as Answer<K>);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
          tell: (telling) => onTelling?.(telling as Telling<K>),
        });
        channel.postMessage({ id, kind, question });
      });
    },
    close() {
      channel.terminate();
      die("the engine was closed");
    },
  };
}

function aborted(): EngineError {
  return new EngineError("aborted", "not wanted any more");
}

/** Whether a question was given up, which nobody has to be told. */
export function isAborted(error: unknown): boolean {
  return error instanceof EngineError && error.code === "aborted";
}
