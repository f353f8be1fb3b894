import { characterCut } from "../tokenizers/character-cut.ts";
import type { CorpusVisitor } from "./read-source.ts";

/**
 * Hands what stands before `cut` to one visitor and the rest to another. The cut counts units (UTF-16 code units, or bytes) through all
 * documents and moves back to the character's beginning; a document that it parts ends in both.
 */
export class SplitVisitor implements CorpusVisitor {
  readonly #cut: number;
  readonly #before: CorpusVisitor;
  readonly #after: CorpusVisitor;
  #position = 0;
  #isOpenBefore = false;

  constructor(cut: number, before: CorpusVisitor, after: CorpusVisitor) {
    this.#cut = cut;
    this.#before = before;
    this.#after = after;
  }

  piece(text: string | Uint8Array): void {
    const start = this.#position;
    this.#position += text.length;
    if (this.#position <= this.#cut) {
      this.#pieceBefore(text);
      return;
    }
    const at = start < this.#cut ? characterCut(text, this.#cut - start) : 0;
    if (at > 0) this.#pieceBefore(part(text, 0, at));
    this.#endBefore();
    this.#after.piece(part(text, at, text.length));
  }

  endDocument(): void {
    if (this.#isOpenBefore) this.#endBefore();
    else this.#after.endDocument();
  }

  #pieceBefore(text: string | Uint8Array): void {
    this.#isOpenBefore = true;
    this.#before.piece(text);
  }

  #endBefore(): void {
    if (!this.#isOpenBefore) return;
    this.#isOpenBefore = false;
    this.#before.endDocument();
  }
}

function part(text: string | Uint8Array, start: number, end: number): string | Uint8Array {
  return typeof text === "string" ? text.slice(start, end) : text.subarray(start, end);
}
