// Lines at the bottom of a terminal that are drawn over again, with lasting lines above them. A terminal that becomes narrower may
// break lines that are too long for it or cut them, and some tell only a quarter of a second later. Therefore between two
// drawings the cursor waits on the block's first line: whatever has become of the others, all that stands from the cursor on is
// the block. And while it is drawn, lines that are too long are cut by the terminal, so that each takes one row.
import stringWidth from "string-width";

const ERASE_BELOW = "\x1b[J";
const ERASE_REST_OF_LINE = "\x1b[K";
const CUT_LINES = "\x1b[?7l";
const BREAK_LINES = "\x1b[?7h";
const REDRAW_MS = 80;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** The lines to show in a terminal of that size: none longer than `columns`, and no more than `rows`. */
export type BlockContent = (columns: number, rows: number) => readonly string[];

export class LiveBlock {
  readonly #stream: NodeJS.WriteStream;
  #content: BlockContent | undefined;
  #lastDrawMs = Number.NEGATIVE_INFINITY;
  readonly #onResize = () => this.#redraw();
  /** xterm.js, as in VS Code, moves the cursor down by all rows that breaking lines has added, also by those below it. */
  readonly #cursorSinks = process.env.TERM_PROGRAM === "vscode";
  #drawn: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Shows this from now on; draws at most a dozen times a second. */
  update(content: BlockContent): void {
    if (!this.#content) this.#stream.on("resize", this.#onResize);
    this.#content = content;
    if (performance.now() - this.#lastDrawMs >= REDRAW_MS) this.#draw();
  }

  /** Writes lines that stay, above the block. */
  write(text: string): void {
    if (this.#content) this.#draw(`${text}\n`.replaceAll("\n", `${ERASE_REST_OF_LINE}\n`));
    else this.#stream.write(`${text}\n`);
  }

  /** Takes the block away. */
  clear(): void {
    if (!this.#content) return;
    this.#content = undefined;
    this.#stream.off("resize", this.#onResize);
    // From the second line on: erasing all of a screen, some terminals keep it in their history.
    this.#stream.write(`\r${ERASE_REST_OF_LINE}\n${ERASE_BELOW}\x1b[A`);
  }

  #redraw(): void {
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    const added = this.#drawn.map((line) => Math.max(0, Math.ceil(stringWidth(line) / columns) - 1));
    const sunk = this.#cursorSinks ? added.reduce((sum, rows) => sum + rows, 0) : 0;
    this.#draw(sunk > 0 ? `\x1b[${sunk}A` : "");
  }

  /** All in one piece, so that nothing half drawn is seen. */
  #draw(before = ""): void {
    const { columns, rows } = this.#stream;
    // The last column stays free: a full line would wrap on some terminals. A block as high as the screen would scroll.
    const lines = this.#content?.((columns || DEFAULT_COLUMNS) - 1, (rows || DEFAULT_ROWS) - 1) ?? [];
    this.#drawn = lines;
    const drawn = lines.map((line) => line + ERASE_REST_OF_LINE).join("\n");
    const back = lines.length > 1 ? `\x1b[${lines.length - 1}A\r` : "\r";
    this.#stream.write(`\r${before}${CUT_LINES}${drawn}${ERASE_BELOW}${BREAK_LINES}${back}`);
    this.#lastDrawMs = performance.now();
  }
}
