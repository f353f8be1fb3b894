import { KeyHeap } from "./key-heap.ts";
import type { MergeTable } from "./merge-table.ts";
import { POSITIONS, RankLists } from "./rank-lists.ts";

const KEPT_UNITS = 1 << 16;
const FEW = 64;

/**
 * Merges the tokens of one pre-token: again and again the pair of neighbours of the lowest rank, the leftmost of
 * several (Sennrich, Haddow & Birch 2016). A queue of pairs over a linked list makes it n·log n for n tokens.
 */
export class BytePairMerger {
  readonly #merges: MergeTable;
  readonly #longest: number;
  readonly #heap = new KeyHeap();
  #next = new Int32Array(FEW);
  #previous = new Int32Array(FEW);

  /** @param longest what more tokens than this are merged with is lists instead of a heap; the results are the same */
  constructor(merges: MergeTable, longest = KEPT_UNITS) {
    this.#merges = merges;
    this.#longest = longest;
  }

  /** Merges the first `length` of `tokens` in place; returns how many are left. */
  merge(tokens: Int32Array, length: number): number {
    if (length < 2) return length;
    this.#reserve(length);
    const next = this.#next;
    const previous = this.#previous;
    const merges = this.#merges;
    const queue = length > this.#longest ? new RankLists(merges.results.length) : this.#heap;
    const offer = (left: number, right: number) => {
      const rank = merges.rank(tokens[left], tokens[right]);
      if (rank >= 0) queue.push(rank * POSITIONS + left);
    };
    for (let at = 0; at < length; at++) {
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at + 1 < length; at++) offer(at, at + 1);
    for (let key = queue.pop(); key < Number.POSITIVE_INFINITY; key = queue.pop()) {
      const rank = Math.floor(key / POSITIONS);
      const left = key - rank * POSITIONS;
      const right = next[left];
      // What was a pair when it was offered may have been merged with its other neighbours since.
      if (right >= length || merges.rank(tokens[left], tokens[right]) !== rank) continue;
      tokens[left] = merges.results[rank];
      tokens[right] = -1;
      const following = next[right];
      next[left] = following;
      if (previous[left] >= 0) offer(previous[left], left);
      if (following < length) {
        previous[following] = left;
        offer(left, following);
      }
    }
    let count = 0;
    for (let at = 0; at < length; at = next[at]) tokens[count++] = tokens[at];
    if (length > KEPT_UNITS) this.#release();
    return count;
  }

  #reserve(length: number): void {
    if (length <= this.#next.length) return;
    const capacity = Math.max(length, 2 * this.#next.length);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
  }

  #release(): void {
    this.#next = new Int32Array(FEW);
    this.#previous = new Int32Array(FEW);
  }
}
