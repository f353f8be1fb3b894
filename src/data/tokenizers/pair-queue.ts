/**
 * A queue of pairs of tokens by falling number of occurrences, equal ones by rising left id, then rising right id. The
 * number is the one that a pair was pushed with; whether it still holds is for the caller to see.
 */
export class PairQueue {
  readonly #lefts: readonly number[];
  readonly #rights: readonly number[];
  readonly #counts: number[] = [];
  readonly #pairs: number[] = [];
  #poppedCount = 0;

  /** `lefts` and `rights` are the two ids of each pair, and may grow. */
  constructor(lefts: readonly number[], rights: readonly number[]) {
    this.#lefts = lefts;
    this.#rights = rights;
  }

  /** The number that the last pair popped was pushed with. */
  get poppedCount(): number {
    return this.#poppedCount;
  }

  push(count: number, pair: number): void {
    let at = this.#pairs.length;
    this.#counts.push(count);
    this.#pairs.push(pair);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#precedes(count, pair, this.#counts[parent], this.#pairs[parent])) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#counts[at] = count;
    this.#pairs[at] = pair;
  }

  /** The first pair, which leaves the queue; −1 if there is none. */
  pop(): number {
    const count = this.#counts.pop();
    const pair = this.#pairs.pop();
    if (count === undefined || pair === undefined) return -1;
    const size = this.#pairs.length;
    const first = size === 0 ? pair : this.#pairs[0];
    this.#poppedCount = size === 0 ? count : this.#counts[0];
    if (size === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#precedesAt(child + 1, child)) child += 1;
      if (!this.#precedes(this.#counts[child], this.#pairs[child], count, pair)) break;
      this.#move(child, at);
      at = child;
    }
    this.#counts[at] = count;
    this.#pairs[at] = pair;
    return first;
  }

  #move(from: number, to: number): void {
    this.#counts[to] = this.#counts[from];
    this.#pairs[to] = this.#pairs[from];
  }

  #precedesAt(one: number, other: number): boolean {
    return this.#precedes(this.#counts[one], this.#pairs[one], this.#counts[other], this.#pairs[other]);
  }

  #precedes(count: number, pair: number, otherCount: number, other: number): boolean {
    if (count !== otherCount) return count > otherCount;
    if (this.#lefts[pair] !== this.#lefts[other]) return this.#lefts[pair] < this.#lefts[other];
    return this.#rights[pair] < this.#rights[other];
  }
}
