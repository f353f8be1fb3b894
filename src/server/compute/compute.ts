// The threads that compute, as the thread sees them that answers: work goes to the one that has least to do.
import { startWorker } from "#platform";
import { UnrolledError } from "../../errors.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { Engine } from "./engine.ts";
import type {
  ChoicePiece,
  ComputeReply,
  ComputeRequest,
  ModelFacts,
  ModelSource,
  PlainError,
  Work,
  WorkResult,
} from "./protocol.ts";

/** A model that all threads have opened, or one thread alone. */
export interface Handle {
  readonly handle: number;
  readonly facts: ModelFacts;
}

/** How work is to be done. */
export interface WorkOptions {
  readonly client: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onPiece?: ((piece: ChoicePiece) => void) | undefined;
  /** Which thread; the one with the least to do if not given. */
  readonly thread?: number | undefined;
}

export interface ComputeOptions {
  /** Threads that compute; 0 computes on the caller's. */
  readonly threads: number;
  readonly backend: BackendChoice;
  /** Streams of a model that step together at most, on each thread. */
  readonly maxActive: number;
  /** Is told how many streams took a step together. */
  readonly onStep?: ((handle: number, rows: number) => void) | undefined;
  /** Is told that a thread has died, with everything that it had. */
  readonly onDeath?: ((thread: number, error: Error) => void) | undefined;
}

/** The deadline of work has passed. */
export class DeadlineError extends Error {}

interface Pending {
  readonly thread: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onPiece: ((piece: ChoicePiece) => void) | undefined;
}

interface Thread {
  readonly post: (request: ComputeRequest) => void;
  readonly stop: () => void;
  load: number;
}

export class Compute {
  readonly #options: ComputeOptions;
  readonly #threads: Thread[];
  readonly #pending = new Map<number, Pending>();
  /** What is open, by handle. */
  readonly #sources = new Map<number, ModelSource>();
  #nextId = 1;
  #nextHandle = 1;
  #isStopped = false;

  constructor(options: ComputeOptions) {
    this.#options = options;
    const count = Math.max(1, options.threads);
    this.#threads = Array.from({ length: count }, (_, index) => this.#start(index));
  }

  get threadCount(): number {
    return this.#threads.length;
  }

  /** Work that has not been answered. */
  get load(): number {
    return this.#pending.size;
  }

  /** The thread with the least to do. */
  leastLoaded(): number {
    let best = 0;
    for (const [index, { load }] of this.#threads.entries())
      if (load < this.#threads[best].load) best = index;
    return best;
  }

  /** Opens a model on all threads. Throws as `openModel` does. */
  async open(source: ModelSource): Promise<Handle> {
    const handle = this.#nextHandle++;
    const facts = await Promise.all(
      this.#threads.map((_, thread) =>
        this.#ask<ModelFacts>(thread, (id) => ({ type: "open", id, handle, source })),
      ),
    );
    this.#sources.set(handle, source);
    return { handle, facts: facts[0] };
  }

  close(handle: number): void {
    this.#sources.delete(handle);
    for (const { post } of this.#threads) post({ type: "close", handle });
  }

  /**
   * Does work on a model.
   *
   * @throws UnrolledError for work that makes no sense, "aborted" once the signal is; DeadlineError
   */
  async work<Asked extends Work>(
    handle: number,
    work: Asked,
    { client, deadlineMs, signal, onPiece, thread = this.leastLoaded() }: WorkOptions,
  ): Promise<WorkResult<Asked>> {
    if (signal?.aborted) throw aborted();
    let id = 0;
    const cancel = () => {
      this.#threads[thread].post({ type: "cancel", id });
      this.#take(id)?.reject(aborted());
    };
    const result = this.#ask<WorkResult<Asked>>(
      thread,
      (given) => {
        id = given;
        return { type: "work", id, handle, client, deadlineMs, work };
      },
      onPiece,
    );
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await result;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { stop } of this.#threads) stop();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(aborted());
  }

  #ask<Result>(
    thread: number,
    request: (id: number) => ComputeRequest,
    onPiece?: (piece: ChoicePiece) => void,
  ): Promise<Result> {
    const id = this.#nextId++;
    return new Promise<Result>((resolve, reject) => {
      this.#pending.set(id, { thread, resolve: resolve as (result: unknown) => void, reject, onPiece });
      this.#threads[thread].load += 1;
      this.#threads[thread].post(request(id));
    });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    this.#pending.delete(id);
    this.#threads[pending.thread].load -= 1;
    return pending;
  }

  #start(index: number): Thread {
    const { threads, backend, maxActive, onDeath } = this.#options;
    const hear = (replies: readonly ComputeReply[]) => {
      for (const reply of replies) this.#hear(reply);
    };
    let thread: Thread;
    if (threads === 0) {
      const engine = new Engine(hear);
      thread = { post: (request) => engine.receive(request), stop: () => {}, load: 0 };
    } else {
      const worker = startWorker<ComputeRequest, readonly ComputeReply[]>(true);
      worker.listen(hear, (error) => {
        for (const [id, pending] of this.#pending)
          if (pending.thread === index)
            this.#take(id)?.reject(
              new UnrolledError("worker-died", `a thread that computes has died: ${error.message}`),
            );
        if (this.#isStopped || this.#threads[index] !== thread) return;
        this.#replace(index);
        onDeath?.(index, error);
      });
      thread = { post: (request) => worker.post(request), stop: () => worker.stop(), load: 0 };
    }
    thread.post({ type: "compute", backend, maxActive });
    return thread;
  }

  /** Another thread in the place of one that has died, with the same models. */
  #replace(index: number): void {
    this.#threads[index] = this.#start(index);
    for (const [handle, source] of this.#sources)
      this.#ask(index, (id) => ({ type: "open", id, handle, source })).catch(() => {});
  }

  #hear(reply: ComputeReply): void {
    switch (reply.type) {
      case "piece":
        this.#pending.get(reply.id)?.onPiece?.(reply.piece);
        return;
      case "opened":
        this.#take(reply.id)?.resolve(reply.facts);
        return;
      case "done":
        this.#take(reply.id)?.resolve(reply.result);
        return;
      case "failed":
        this.#take(reply.id)?.reject(errorOf(reply.error));
        return;
      case "steps":
        for (const rows of reply.rows) this.#options.onStep?.(reply.handle, rows);
    }
  }
}

function errorOf({ code, fields, message }: PlainError): Error {
  if (code === "deadline") return new DeadlineError(message);
  if (code === undefined) return new Error(message);
  return new UnrolledError(code, fields ?? message);
}

function aborted(): UnrolledError {
  return new UnrolledError("aborted", "the request was given up");
}
