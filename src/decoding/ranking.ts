/**
 * Indices by falling weight, equal weights by rising index, one at a time. A binary heap: the first k of n cost
 * n + k·log n comparisons, so a short list out of a large vocabulary needs no sort, and nothing is allocated.
 */
export class Ranking {
  readonly #heap: Int32Array;
  #weights: Float64Array = new Float64Array(0);
  #size = 0;

  constructor(capacity: number) {
    this.#heap = new Int32Array(capacity);
  }

  /** Starts over with those of the first `count` weights that are above `bound`. */
  fill(weights: Float64Array, count: number, bound: number): void {
    this.#weights = weights;
    this.#size = 0;
    for (let i = 0; i < count; i++) {
      if (weights[i] > bound) this.#heap[this.#size++] = i;
    }
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The next index, or −1 when none is left. */
  next(): number {
    if (this.#size === 0) return -1;
    const first = this.#heap[0];
    this.#heap[0] = this.#heap[--this.#size];
    this.#sink(0);
    return first;
  }

  #sink(start: number): void {
    let at = start;
    for (;;) {
      let best = at;
      const left = 2 * at + 1;
      if (left < this.#size && this.#precedes(left, best)) best = left;
      if (left + 1 < this.#size && this.#precedes(left + 1, best)) best = left + 1;
      if (best === at) return;
      const index = this.#heap[at];
      this.#heap[at] = this.#heap[best];
      this.#heap[best] = index;
      at = best;
    }
  }

  #precedes(a: number, b: number): boolean {
    const i = this.#heap[a];
    const j = this.#heap[b];
    return this.#weights[i] > this.#weights[j] || (this.#weights[i] === this.#weights[j] && i < j);
  }
}
