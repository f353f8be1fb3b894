import { stemOf } from "../../data/tables/data-source.ts";

const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:|[a-z]+:\/\/)/;

/** Finds files by what lists call them. */
export class FoundFiles {
  readonly #given: ReadonlySet<string>;
  readonly #byEnd = new Map<string, string>();
  readonly #byStem = new Map<string, string>();

  constructor(files: readonly string[]) {
    this.#given = new Set(files);
    // The first of several with the same end is the one that is found.
    for (const file of files.toReversed()) {
      const parts = file.split(/[/\\]/);
      for (let from = 0; from < parts.length; from++) this.#byEnd.set(parts.slice(from).join("/"), file);
      this.#byStem.set(stemOf(file), file);
    }
  }

  /**
   * The path of a file that a list names: one that was given, by its place beside the list, the end of its path or its name without endings,
   * in this order; otherwise where it would lie beside the list.
   */
  pathOf(named: string, list: string): string {
    const plain = named.replace(/\\/g, "/").replace(/^\.\//, "");
    const beside = ABSOLUTE.test(named) ? named : list.replace(/[^/\\]*$/, "") + plain;
    if (this.#given.has(beside)) return beside;
    return this.#byEnd.get(plain) ?? this.#byStem.get(plain) ?? beside;
  }
}
