import { type PathNode, tokensOf } from "./hypothesis.ts";
import { mostTokens, type SearchOptions } from "./search-options.ts";

/** Which tokens may follow a path. */
export class TokenRules {
  /** 1 for each token that may not follow the path which `apply` was given [V]. */
  readonly banned: Uint8Array;
  readonly #options: SearchOptions;
  readonly #ngram: number;
  #marked: number[] = [];

  constructor(vocabularySize: number, options: SearchOptions) {
    this.#options = options;
    this.#ngram = options.noRepeatNgram ?? 0;
    this.banned = new Uint8Array(vocabularySize);
    for (const id of options.forbiddenIds ?? []) this.banned[id] = 1;
  }

  /** The one token that may follow, where that is settled: of a forced prefix, or the end token at `maxLength`. */
  onlyToken({ length }: PathNode, sentence: number): number | undefined {
    const prefix = this.#options.prefixes?.[sentence];
    if (prefix && length < prefix.length) return prefix[length];
    return this.isFull(length, sentence) ? this.#options.endId : undefined;
  }

  /** Whether a target of this many tokens may have no more. */
  isFull(length: number, sentence: number): boolean {
    return length >= mostTokens(this.#options, sentence);
  }

  /** How many tokens may be banned at most after a path of this many. */
  mostBanned(length: number): number {
    const { forbiddenIds = [], minLength = 0 } = this.#options;
    return forbiddenIds.length + (length < minLength ? 1 : 0) + (this.#ngram > 0 ? length : 0);
  }

  /** Makes `banned` that of a path. */
  apply(node: PathNode): void {
    for (const id of this.#marked) this.banned[id] = 0;
    this.#marked = [];
    const { endId, minLength = 0 } = this.#options;
    if (endId !== undefined && node.length < minLength) this.#mark(endId);
    if (this.#ngram > 0 && node.length >= this.#ngram) this.#markRepeats(tokensOf(node));
  }

  /** Each token that has followed the path's last n − 1 tokens before. */
  #markRepeats(tokens: Int32Array): void {
    const known = this.#ngram - 1;
    const last = tokens.length - known;
    for (let from = 0; from < last; from++) {
      let same = 0;
      while (same < known && tokens[from + same] === tokens[last + same]) same++;
      if (same === known) this.#mark(tokens[from + known]);
    }
  }

  #mark(id: number): void {
    if (this.banned[id] === 1) return;
    this.banned[id] = 1;
    this.#marked.push(id);
  }
}
