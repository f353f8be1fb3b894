/**
 * Ends a text at the first of several strings, which is not part of it. Text that may be the beginning of one is
 * held back until it is clear. Where strings overlap, the one complete first counts, so that the result does not
 * depend on how the text was cut into pieces.
 */
export class StopStrings {
  readonly #strings: readonly string[];
  #held = "";
  #found = false;

  constructor(strings: readonly string[]) {
    this.#strings = strings;
  }

  /** Whether a stop string has been read; nothing is to be pushed after it. */
  get found(): boolean {
    return this.#found;
  }

  /** Reads a piece of text and returns what certainly belongs to the result. */
  push(piece: string): string {
    const text = this.#held + piece;
    let start = -1;
    let end = Number.POSITIVE_INFINITY;
    for (const each of this.#strings) {
      const at = text.indexOf(each);
      if (at < 0 || at + each.length > end) continue;
      start = at + each.length === end ? Math.min(start, at) : at;
      end = at + each.length;
    }
    if (start >= 0) {
      this.#found = true;
      this.#held = "";
      return text.slice(0, start);
    }
    let held = 0;
    for (const each of this.#strings) {
      for (let length = Math.min(each.length - 1, text.length); length > held; length--) {
        if (text.endsWith(each.slice(0, length))) held = length;
      }
    }
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  /** Returns what was held back, when the text is over without a stop string. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}
