/**
 * The merges of a byte pair encoding: which pairs of tokens become one, and in which order. A hash table in flat
 * arrays, since every step of an encoding asks it for two neighbours.
 */
export class MergeTable {
  /** The token that each merge makes, by rank. */
  readonly results: Int32Array;
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  /** Rank + 1; 0 where there is no entry. */
  readonly #ranks: Int32Array;
  readonly #mask: number;

  /** `merges` lists left, right and result of each merge, in the order of their ranks; of two for a pair the last counts. */
  constructor(merges: Int32Array) {
    const count = merges.length / 3;
    const capacity = 2 ** Math.ceil(Math.log2(2 * count + 2));
    this.#mask = capacity - 1;
    this.#lefts = new Int32Array(capacity);
    this.#rights = new Int32Array(capacity);
    this.#ranks = new Int32Array(capacity);
    this.results = new Int32Array(count);
    for (let rank = 0; rank < count; rank++) {
      const [left, right, result] = merges.subarray(3 * rank, 3 * rank + 3);
      const slot = this.#slot(left, right);
      this.#lefts[slot] = left;
      this.#rights[slot] = right;
      this.#ranks[slot] = rank + 1;
      this.results[rank] = result;
    }
  }

  /** The rank of the merge of two neighbours, lower ones coming first; −1 if they stay two. */
  rank(left: number, right: number): number {
    return this.#ranks[this.#slot(left, right)] - 1;
  }

  #slot(left: number, right: number): number {
    let slot = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    while (this.#ranks[slot] !== 0 && (this.#lefts[slot] !== left || this.#rights[slot] !== right)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
