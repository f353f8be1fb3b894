import { IdList } from "../id-list.ts";
import { KeyHeap } from "./key-heap.ts";

/** A key is rank · 2³¹ + position, exact in a double: the smallest is the lowest rank, and of these the leftmost. */
export const POSITIONS = 2 ** 31;

/**
 * The same queue of keys as a heap, for runs so long that a heap would miss the cache at every step: a list of positions for each rank,
 * sorted when its turn comes. A key whose rank has had its turn, which only merges of a foreign order make, waits in a heap beside it.
 */
export class RankLists {
  readonly #lists: (IdList | undefined)[];
  readonly #late = new KeyHeap();
  #rank = -1;
  #positions: Int32Array = new Int32Array(0);
  #at = 0;

  constructor(ranks: number) {
    this.#lists = new Array(ranks);
  }

  push(key: number): void {
    const rank = Math.floor(key / POSITIONS);
    if (rank <= this.#rank) {
      this.#late.push(key);
      return;
    }
    let list = this.#lists[rank];
    if (list === undefined) {
      list = new IdList(64);
      this.#lists[rank] = list;
    }
    list.push(key - rank * POSITIONS);
  }

  /** The smallest key, which leaves the queue; infinite if there is none. */
  pop(): number {
    for (;;) {
      const isThere = this.#at < this.#positions.length;
      const next = isThere ? this.#rank * POSITIONS + this.#positions[this.#at] : Number.POSITIVE_INFINITY;
      if (this.#late.first < next) return this.#late.pop();
      if (isThere) {
        this.#at += 1;
        return next;
      }
      if (this.#rank + 1 >= this.#lists.length) return Number.POSITIVE_INFINITY;
      this.#rank += 1;
      this.#positions = this.#lists[this.#rank]?.finish().sort() ?? new Int32Array(0);
      this.#lists[this.#rank] = undefined;
      this.#at = 0;
    }
  }
}
