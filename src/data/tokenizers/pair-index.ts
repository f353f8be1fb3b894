/** How often each pair of neighbouring tokens occurs, and in which pre-tokens; pairs are numbered as they are met. */
export class PairIndex {
  readonly lefts: number[] = [];
  readonly rights: number[] = [];
  readonly occurrences: number[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #vocabularySize: number;
  // The pre-tokens of a pair are a linked list in two arrays that all pairs share: millions of pairs have few each.
  readonly #heads: number[] = [];
  readonly #risen: number[] = [];
  readonly #hasRisen: boolean[] = [];
  #words: Int32Array;
  #nexts: Int32Array;
  #used = 0;
  #free = -1;

  constructor(vocabularySize: number, capacity: number) {
    this.#vocabularySize = vocabularySize;
    this.#words = new Int32Array(capacity);
    this.#nexts = new Int32Array(capacity);
  }

  /** How many different pairs have been met. */
  get count(): number {
    return this.lefts.length;
  }

  /** Counts `times` more occurrences, in pre-token `word`. */
  add(left: number, right: number, times: number, word: number): void {
    const key = left * this.#vocabularySize + right;
    let pair = this.#numbers.get(key);
    if (pair === undefined) {
      pair = this.count;
      this.#numbers.set(key, pair);
      this.lefts.push(left);
      this.rights.push(right);
      this.occurrences.push(0);
      this.#heads.push(-1);
      this.#hasRisen.push(false);
    }
    this.occurrences[pair] += times;
    if (!this.#hasRisen[pair]) {
      this.#hasRisen[pair] = true;
      this.#risen.push(pair);
    }
    const head = this.#heads[pair];
    if (head >= 0 && this.#words[head] === word) return;
    const entry = this.#entry();
    this.#words[entry] = word;
    this.#nexts[entry] = head;
    this.#heads[pair] = entry;
  }

  /** Counts `times` fewer occurrences of a pair that has been met. */
  remove(left: number, right: number, times: number): void {
    const pair = this.#numbers.get(left * this.#vocabularySize + right) as number;
    this.occurrences[pair] -= times;
  }

  /** Calls `visit` with every pre-token in which the pair was added, and forgets them. One that has lost it may be among them. */
  takeWords(pair: number, visit: (word: number) => void): void {
    let entry = this.#heads[pair];
    this.#heads[pair] = -1;
    while (entry >= 0) {
      const next = this.#nexts[entry];
      const word = this.#words[entry];
      this.#nexts[entry] = this.#free;
      this.#free = entry;
      visit(word);
      entry = next;
    }
  }

  /** Calls `visit` with every pair that was added to since the last call. */
  takeRisen(visit: (pair: number) => void): void {
    for (const pair of this.#risen) {
      this.#hasRisen[pair] = false;
      visit(pair);
    }
    this.#risen.length = 0;
  }

  #entry(): number {
    if (this.#free >= 0) {
      const entry = this.#free;
      this.#free = this.#nexts[entry];
      return entry;
    }
    if (this.#used === this.#words.length) {
      this.#words = grown(this.#words);
      this.#nexts = grown(this.#nexts);
    }
    return this.#used++;
  }
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length + (values.length >> 1) + 1024);
  larger.set(values);
  return larger;
}
