// The threads that compute, as the thread sees them that answers: work goes to the one that has least to do.
import { cellHomes } from "../../cells/own-cells.ts";
import { UnrolledError } from "../../errors.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { type ComputeThread, ownThread, workerThread } from "./compute-thread.ts";
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
import { aborted, DeadlineError, wait, waitFor } from "./waiting.ts";

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

interface Pending {
  readonly thread: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onPiece: ((piece: ChoicePiece) => void) | undefined;
}

/** A thread that dies sooner than this after its start is not started again at once. */
const SHORT_LIFE_MS = 5000;
const RETRY_MS = 1000;

export class Compute {
  readonly #options: ComputeOptions;
  readonly #threads: ComputeThread[];
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

  /** Whether there is a thread that works. */
  get isReady(): boolean {
    return this.#threads.some(({ comesBack }) => !comesBack);
  }

  /** The thread with the least to do, of those that work if there are any. */
  leastLoaded(): number {
    const isBetter = (one: ComputeThread, other: ComputeThread) =>
      Boolean(one.comesBack) === Boolean(other.comesBack) ? one.load < other.load : !one.comesBack;
    let best = 0;
    for (const [index, thread] of this.#threads.entries())
      if (isBetter(thread, this.#threads[best])) best = index;
    return best;
  }

  /** Opens a model on all threads. Throws as `openModel` does. */
  async open(source: ModelSource): Promise<Handle> {
    const handle = this.#nextHandle++;
    const facts = await Promise.all(
      this.#threads.map(async (_, thread) => {
        await this.#ready(thread, Number.POSITIVE_INFINITY);
        return this.#open(thread, handle, source);
      }),
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
    await this.#ready(thread, deadlineMs, signal);
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

  /** Waits for a thread that comes back, as long as the work may take. */
  async #ready(thread: number, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#isStopped) throw aborted();
      const { comesBack } = this.#threads[thread];
      if (!comesBack) return;
      await waitFor(comesBack, deadlineMs, signal);
    }
  }

  #open(thread: number, handle: number, source: ModelSource): Promise<ModelFacts> {
    return this.#ask(thread, (id) => ({ type: "open", id, handle, source }));
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

  #start(index: number): ComputeThread {
    const { threads, backend, maxActive, onDeath } = this.#options;
    const start = { type: "compute", backend, maxActive, cells: threads === 0 ? [] : cellHomes() } as const;
    const hear = (replies: readonly ComputeReply[]) => {
      for (const reply of replies) this.#hear(reply);
    };
    if (threads === 0) return ownThread(start, hear);
    const thread = workerThread(start, hear, (error) => {
      for (const [id, pending] of this.#pending)
        if (pending.thread === index)
          this.#take(id)?.reject(
            new UnrolledError("worker-died", `a thread that computes has died: ${error.message}`),
          );
      if (this.#isStopped || this.#threads[index] !== thread) return;
      this.#replace(index);
      onDeath?.(index, error);
    });
    return thread;
  }

  /** Another thread in the place of one that has died. What comes for it meanwhile waits. */
  #replace(index: number): void {
    const { startedMs } = this.#threads[index];
    const waitMs = Date.now() - startedMs < SHORT_LIFE_MS ? RETRY_MS : 0;
    const comesBack = this.#comeBack(index, waitMs);
    this.#threads[index] = { post: () => {}, stop: () => {}, startedMs, load: 0, comesBack };
  }

  /** Starts it, and opens the models that are open, as often as it takes. */
  async #comeBack(index: number, waitMs: number): Promise<void> {
    await wait(waitMs);
    if (this.#isStopped) return;
    const { comesBack } = this.#threads[index];
    const thread = Object.assign(this.#start(index), { comesBack });
    this.#threads[index] = thread;
    for (const [handle, source] of this.#sources) {
      while (this.#sources.has(handle) && !this.#isStopped) {
        const isOpen = await this.#open(index, handle, source).then(
          () => true,
          () => false,
        );
        // It has died again, and another comes back in its place.
        if (this.#threads[index] !== thread) return this.#threads[index].comesBack;
        if (isOpen) break;
        await wait(RETRY_MS);
      }
    }
    thread.comesBack = undefined;
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
