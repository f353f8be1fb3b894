const CLEAR_LINE = "\r\x1b[2K";
const REDRAW_MS = 80;

/** A part of the live line; where all do not fit, those of least weight are left out first. */
export interface Segment {
  readonly text: string;
  readonly weight: number;
}

/** The segments that fit into `columns`, in their order, two spaces apart. */
export function fitSegments(segments: readonly Segment[], columns: number): string {
  let kept = segments.filter(({ text }) => text !== "");
  while (kept.length > 1 && lengthOf(kept) > columns) {
    const least = Math.min(...kept.map(({ weight }) => weight));
    kept = kept.filter(({ weight }) => weight !== least);
  }
  return kept
    .map(({ text }) => text)
    .join("  ")
    .slice(0, Math.max(0, columns));
}

function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + text.length + 2, -2);
}

/** One line at the bottom of a terminal that is drawn over again, with lasting lines above it. */
export class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  #drawn = false;
  #lastDrawMs = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Draws the line anew, at most a dozen times a second. */
  update(segments: () => readonly Segment[]): void {
    const now = performance.now();
    if (now - this.#lastDrawMs < REDRAW_MS) return;
    this.#lastDrawMs = now;
    // The last column stays free: a full line would wrap on some terminals.
    this.#stream.write(`${CLEAR_LINE}${fitSegments(segments(), (this.#stream.columns || 80) - 1)}`);
    this.#drawn = true;
  }

  /** Writes lines that stay, in place of the live one. */
  write(text: string): void {
    this.#stream.write(`${this.#drawn ? CLEAR_LINE : ""}${text}\n`);
    this.#drawn = false;
    this.#lastDrawMs = 0;
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.#drawn) this.#stream.write(CLEAR_LINE);
    this.#drawn = false;
  }
}
