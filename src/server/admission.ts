import { HttpError } from "./http-error.ts";

/** How fast what came before is forgotten. */
const FORGETTING = 0.9;

/** How much is worked on at once: what is more is refused, with when to ask again. */
export class Admission {
  readonly #most: number;
  #inside = 0;
  #isDraining = false;
  #meanSeconds = 1;
  #onEmpty: (() => void) | undefined;

  /** @param most pieces of work that are worked on or wait */
  constructor(most: number) {
    this.#most = most;
  }

  get inside(): number {
    return this.#inside;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Lets in work that counts so much; what it returns is called when the work is done. What counts more than there may ever be is let
   * in alone.
   *
   * @throws HttpError 429 with Retry-After where there is too much, 503 where the server is about to end
   */
  enter(count: number): () => void {
    if (this.#isDraining)
      throw new HttpError(503, "the server is about to end", { headers: { "retry-after": "5" } });
    if (this.#inside > 0 && this.#inside + count > this.#most) {
      const seconds = Math.max(1, Math.ceil(this.#meanSeconds));
      throw new HttpError(429, `the server is busy; ask again in ${seconds} s`, {
        code: "server_busy",
        headers: { "retry-after": String(seconds) },
      });
    }
    this.#inside += count;
    const startMs = performance.now();
    return () => {
      const seconds = (performance.now() - startMs) / 1000;
      this.#meanSeconds = FORGETTING * this.#meanSeconds + (1 - FORGETTING) * seconds;
      this.#inside -= count;
      if (this.#inside === 0) this.#onEmpty?.();
    };
  }

  /** Lets in work until it is done. Throws as `enter` does. */
  async during<Result>(count: number, body: () => Promise<Result>): Promise<Result> {
    const leave = this.enter(count);
    try {
      return await body();
    } finally {
      leave();
    }
  }

  /** Lets nothing in any more, and waits until what is inside is done. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#inside === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }
}
