/** A token that a text spells out, such as `<|endoftext|>` in a file of Hugging Face's. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether the white space before it, or after it, belongs to it. */
  readonly leftStrip: boolean;
  readonly rightStrip: boolean;
  /** Whether it is looked for in the text once that has been normalised; false if not given. */
  readonly normalized?: boolean;
}

/** A stretch of a text that is one added token, or none. */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly id: number | null;
}

/** Finds added tokens in a text: the leftmost, of several there the longest. */
export class AddedTokens {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | null;
  /** Every beginning of a token that is not the whole of it. */
  readonly #beginnings = new Set<string>();
  readonly #longest: number;
  readonly #stripsLeft: boolean;

  constructor(tokens: readonly AddedToken[]) {
    this.#stripsLeft = tokens.some(({ leftStrip }) => leftStrip);
    this.#tokens = new Map(tokens.map((token) => [token.content, token]));
    const contents = [...this.#tokens.keys()].sort((left, right) => right.length - left.length);
    this.#longest = contents[0]?.length ?? 0;
    for (const content of contents)
      for (let length = 1; length < content.length; length++) this.#beginnings.add(content.slice(0, length));
    const escaped = contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    this.#pattern = escaped.length === 0 ? null : new RegExp(escaped.join("|"), "g");
  }

  /** The parts of a text in order, without those that are empty and the white space that tokens take. */
  sections(text: string): Section[] {
    if (this.#pattern === null) return text === "" ? [] : [{ start: 0, end: text.length, id: null }];
    const sections: Section[] = [];
    let start = 0;
    const plain = (end: number) => {
      if (end > start) sections.push({ start, end, id: null });
    };
    for (const match of text.matchAll(this.#pattern)) {
      const { content, id, leftStrip, rightStrip } = this.#tokens.get(match[0]) as AddedToken;
      plain(leftStrip ? start + text.slice(start, match.index).trimEnd().length : match.index);
      start = match.index + content.length;
      sections.push({ start: match.index, end: start, id });
      if (rightStrip) start = text.length - text.slice(start).trimStart().length;
    }
    plain(text.length);
    return sections;
  }

  /**
   * Where a text that goes on after its end can be cut.
   *
   * @param plainCut the same for a text without added tokens
   */
  lastCut(text: string, plainCut: (text: string) => number): number {
    let cut = 0;
    // Where the last added token may be cut off from what stands before it.
    let edge = 0;
    let start = 0;
    for (const section of this.sections(text)) {
      if (section.id === null) {
        edge = section.end;
        continue;
      }
      // A longer token with the same beginning may still come.
      if (this.#isBeginning(text, section.start)) break;
      start = section.end;
      const { rightStrip } = this.#tokens.get(text.slice(section.start, section.end)) as AddedToken;
      if (rightStrip) start = text.length - text.slice(start).trimStart().length;
      // More white space may follow that belongs to the token.
      if (!rightStrip || start < text.length) edge = start;
      cut = edge;
    }
    if (start === text.length) return cut;
    const rest = text.slice(start, this.#unsettled(text, start));
    const settled = plainCut(rest);
    // White space at the end would go to a token that takes what stands before it.
    const kept = this.#stripsLeft && settled > rest.trimEnd().length ? plainCut(rest.trimEnd()) : settled;
    return kept === 0 ? cut : start + kept;
  }

  /** Where in a text that goes on an added token may begin that is not whole yet; else its end. */
  #unsettled(text: string, from: number): number {
    for (let start = Math.max(from, text.length - this.#longest + 1); start < text.length; start++) {
      if (this.#isBeginning(text, start)) return start;
    }
    return text.length;
  }

  /** Whether a text ends in the beginning of a token that `start` is at. */
  #isBeginning(text: string, start: number): boolean {
    return text.length - start < this.#longest && this.#beginnings.has(text.slice(start));
  }
}
