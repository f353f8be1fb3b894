import { UnrolledError } from "../errors.ts";
import { nextTurn } from "../tensor/next-turn.ts";

const INTERVAL_MS = 12;

/** Lets a long loop stop when it is aborted, and pause often enough that a page can paint and a server can answer. */
export class Pacer {
  readonly #call: string;
  readonly #signal: AbortSignal | undefined;
  #lastPauseMs = performance.now();

  constructor(call: string, signal: AbortSignal | undefined) {
    this.#call = call;
    this.#signal = signal;
  }

  /** To be asked before each step: whether to await `pause` now. Throws `aborted` once the signal is. */
  isDue(): boolean {
    if (this.#signal?.aborted)
      throw new UnrolledError("aborted", { call: this.#call, problem: "aborted by its signal" });
    return performance.now() - this.#lastPauseMs >= INTERVAL_MS;
  }

  /** Lets other tasks run once. */
  async pause(): Promise<void> {
    await nextTurn();
    this.#lastPauseMs = performance.now();
  }
}
