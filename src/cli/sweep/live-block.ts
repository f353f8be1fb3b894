const REDRAW_MS = 100;
const CLEAR_BELOW = "\x1b[0J";

/** Lines at the bottom of a terminal that are drawn over again. */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream;
  #drawnLines = 0;
  #lastDrawMs = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Draws the lines anew, at most ten times a second. `lines` gets the terminal's size, and must fit into it. */
  update(lines: (columns: number, rows: number) => readonly string[]): void {
    const now = performance.now();
    if (now - this.#lastDrawMs < REDRAW_MS) return;
    this.#lastDrawMs = now;
    // The last column and row stay free: a full line would wrap on some terminals, and a full screen scrolls.
    const drawn = lines((this.#stream.columns || 80) - 1, (this.#stream.rows || 24) - 1);
    this.#stream.write(`${this.#back()}${drawn.map((line) => `${line}\n`).join("")}`);
    this.#drawnLines = drawn.length;
  }

  /** Takes the lines away. */
  clear(): void {
    this.#stream.write(this.#back());
    this.#drawnLines = 0;
  }

  /** To the first of the lines, with everything from there on gone. */
  #back(): string {
    return this.#drawnLines === 0 ? "" : `\x1b[${this.#drawnLines}A\r${CLEAR_BELOW}`;
  }
}
