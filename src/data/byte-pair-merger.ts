import type { MergeTable } from "./merge-table.ts";

// A key is rank · 2³¹ + position, exact in a double: the smallest is the lowest rank, and of these the leftmost.
const POSITIONS = 2 ** 31;
const KEPT_UNITS = 1 << 16;

/**
 * Merges the tokens of one pre-token: again and again the pair of neighbours of the lowest rank, the leftmost of
 * several (Sennrich, Haddow & Birch 2016). A heap of pairs over a linked list makes it n·log n for n tokens.
 */
export class BytePairMerger {
  readonly #merges: MergeTable;
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  #heap = new Float64Array(192);
  #size = 0;

  constructor(merges: MergeTable) {
    this.#merges = merges;
  }

  /** Merges the first `length` of `tokens` in place; returns how many are left. */
  merge(tokens: Int32Array, length: number): number {
    if (length < 2) return length;
    this.#reserve(length);
    const next = this.#next;
    const previous = this.#previous;
    for (let at = 0; at < length; at++) {
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at + 1 < length; at++) this.#offer(tokens, at, at + 1);
    while (this.#size > 0) {
      const key = this.#pop();
      const rank = Math.floor(key / POSITIONS);
      const left = key - rank * POSITIONS;
      const right = next[left];
      // What was a pair when it was offered may have been merged with its other neighbours since.
      if (right >= length || this.#merges.rank(tokens[left], tokens[right]) !== rank) continue;
      tokens[left] = this.#merges.results[rank];
      tokens[right] = -1;
      const following = next[right];
      next[left] = following;
      if (previous[left] >= 0) this.#offer(tokens, previous[left], left);
      if (following < length) {
        previous[following] = left;
        this.#offer(tokens, left, following);
      }
    }
    let count = 0;
    for (let at = 0; at < length; at = next[at]) tokens[count++] = tokens[at];
    if (length > KEPT_UNITS) this.#release();
    return count;
  }

  #offer(tokens: Int32Array, left: number, right: number): void {
    const rank = this.#merges.rank(tokens[left], tokens[right]);
    if (rank < 0) return;
    const heap = this.#heap;
    const key = rank * POSITIONS + left;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= key) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }

  #pop(): number {
    const heap = this.#heap;
    const first = heap[0];
    const size = --this.#size;
    const key = heap[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1] < heap[child]) child += 1;
      if (heap[child] >= key) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
    return first;
  }

  /** n − 1 pairs at the start and two more for each of at most n − 1 merges, each of which takes one away. */
  #reserve(length: number): void {
    if (length <= this.#next.length) return;
    const capacity = Math.max(length, 2 * this.#next.length);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#heap = new Float64Array(3 * capacity);
  }

  #release(): void {
    this.#next = new Int32Array(64);
    this.#previous = new Int32Array(64);
    this.#heap = new Float64Array(192);
  }
}
