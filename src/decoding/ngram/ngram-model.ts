// A back-off model (Katz 1987): ln p(w | h) is what the longest n-gram of h's end and w says, with the back-off weights of all longer
// ends of h added that are contexts. Each n-gram is a state of an automaton: `suffix` is the longest other n-gram that ends it.

/** One n-gram of a file: its words, ln of its last word's probability after the others, ln of its back-off weight. */
export interface Ngram {
  readonly words: readonly string[];
  readonly logProbability: number;
  readonly logBackoff: number;
}

const ROOT = 0;
const NONE = -1;

/** A language model of words: probabilities of a word after those before it. */
export class NgramModel {
  readonly order: number;
  readonly #ids = new Map<string, number>();
  /** States by what leads to them: state · (words + 1) + word. */
  readonly #children = new Map<number, number>();
  readonly #words: number;
  readonly #depth: Uint8Array;
  readonly #logProbability: Float64Array;
  readonly #logBackoff: Float64Array;
  readonly #suffix: Int32Array;
  readonly #unknown: number;

  /**
   * @param orders n-grams by their length, from single words on; each n-gram's first words are an n-gram too
   * @throws Error naming an n-gram that comes twice, or whose first words are none
   */
  constructor(orders: readonly (readonly Ngram[])[]) {
    this.order = orders.length;
    for (const { words } of orders[0]) this.#ids.set(words[0], this.#ids.size);
    this.#words = this.#ids.size;
    const states = 1 + orders.reduce((sum, { length }) => sum + length, 0);
    this.#depth = new Uint8Array(states);
    this.#logProbability = new Float64Array(states);
    this.#logBackoff = new Float64Array(states);
    this.#suffix = new Int32Array(states).fill(NONE);
    let state = ROOT;
    for (const [index, ngrams] of orders.entries()) {
      for (const { words, logProbability, logBackoff } of ngrams) {
        state += 1;
        this.#depth[state] = index + 1;
        this.#logProbability[state] = logProbability;
        this.#logBackoff[state] = logBackoff;
        this.#place(state, words);
      }
    }
    this.#unknown =
      ["<unk>", "<UNK>"].map((word) => this.#ids.get(word) ?? NONE).find((id) => id >= 0) ?? NONE;
  }

  /** Enters an n-gram behind its first words; its suffix is theirs with the last word behind, as far as that is an n-gram. */
  #place(state: number, words: readonly string[]): void {
    const ids = words.map((word) => this.#ids.get(word) ?? NONE);
    let context = ROOT;
    for (const id of ids.slice(0, -1)) context = id < 0 || context < 0 ? NONE : this.#child(context, id);
    const last = ids[ids.length - 1];
    if (context < 0 || last < 0)
      throw new Error(`no n-gram is ${words.slice(0, -1).join(" ")}, the beginning of ${words.join(" ")}`);
    if (this.#child(context, last) !== NONE) throw new Error(`the n-gram ${words.join(" ")} comes twice`);
    this.#children.set(context * (this.#words + 1) + last, state);
    let suffix = this.#suffix[context];
    while (suffix !== NONE && this.#child(suffix, last) === NONE) suffix = this.#suffix[suffix];
    this.#suffix[state] = suffix === NONE ? ROOT : this.#child(suffix, last);
  }

  #child(state: number, word: number): number {
    return this.#children.get(state * (this.#words + 1) + word) ?? NONE;
  }

  /** Whether it has a probability of its own for a word. */
  has(word: string): boolean {
    return this.#ids.has(word);
  }

  /** Words that can be said: without <s>, </s> and <unk>. */
  get vocabulary(): string[] {
    return [...this.#ids.keys()].filter((word) => !/^<(s|\/s|unk)>$/i.test(word));
  }

  /** The state at the beginning of a sentence: after <s>, where the model has one. */
  get start(): number {
    const id = this.#ids.get("<s>");
    return id === undefined ? ROOT : this.#child(ROOT, id);
  }

  /**
   * ln p of a word after a state, and the state after it; a word that is not in the vocabulary counts as <unk>. −∞ where the model has
   * neither, behind the state before any word.
   */
  after(state: number, word: string): { readonly logProbability: number; readonly state: number } {
    const id = this.#ids.get(word) ?? this.#unknown;
    let backoff = 0;
    for (let at = state; id !== NONE && at !== NONE; at = this.#suffix[at]) {
      const next = this.#child(at, id);
      if (next !== NONE) {
        const logProbability = backoff + this.#logProbability[next];
        return { logProbability, state: this.#depth[next] < this.order ? next : this.#suffix[next] };
      }
      backoff += this.#logBackoff[at];
    }
    return { logProbability: Number.NEGATIVE_INFINITY, state: ROOT };
  }

  /** ln p of the end of a sentence after a state; 0 where the model knows no ends. */
  end(state: number): number {
    return this.has("</s>") ? this.after(state, "</s>").logProbability : 0;
  }
}
