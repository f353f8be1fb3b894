/** Units per second over the last few seconds. */
export class Pace {
  readonly #marks: { readonly atMs: number; readonly units: number }[] = [];
  #units = 0;
  #pausedMs = 0;

  /** Counts units just done; returns units per second over about three seconds. */
  add(units: number): number {
    const now = performance.now() - this.#pausedMs;
    this.#units += units;
    this.#marks.push({ atMs: now, units: this.#units });
    while (this.#marks.length > 2 && now - this.#marks[0].atMs > 3000) this.#marks.shift();
    const first = this.#marks[0];
    const spanMs = now - first.atMs;
    return spanMs > 0 ? ((this.#units - first.units) * 1000) / spanMs : 0;
  }

  /** Leaves out time that went into something else: an evaluation, a sample. */
  leaveOut(milliseconds: number): void {
    this.#pausedMs += milliseconds;
  }
}
