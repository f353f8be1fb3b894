/** Tokens per second over the last few seconds. */
export class Pace {
  readonly #marks: { readonly atMs: number; readonly tokens: number }[] = [];
  #tokens = 0;
  #pausedMs = 0;

  /** Counts tokens just done; returns tokens per second over about three seconds. */
  add(tokens: number): number {
    const now = performance.now() - this.#pausedMs;
    this.#tokens += tokens;
    this.#marks.push({ atMs: now, tokens: this.#tokens });
    while (this.#marks.length > 2 && now - this.#marks[0].atMs > 3000) this.#marks.shift();
    const first = this.#marks[0];
    const spanMs = now - first.atMs;
    return spanMs > 0 ? ((this.#tokens - first.tokens) * 1000) / spanMs : 0;
  }

  /** Leaves out time that went into something else: an evaluation, a sample. */
  leaveOut(milliseconds: number): void {
    this.#pausedMs += milliseconds;
  }
}
