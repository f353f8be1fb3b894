/** Numbers, the smallest first: a binary heap. */
export class KeyHeap {
  #keys = new Float64Array(192);
  #size = 0;

  /** The smallest; infinite if there is none. */
  get first(): number {
    return this.#size > 0 ? this.#keys[0] : Number.POSITIVE_INFINITY;
  }

  push(key: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  /** The smallest, which leaves the heap; infinite if there is none. */
  pop(): number {
    if (this.#size === 0) return Number.POSITIVE_INFINITY;
    const keys = this.#keys;
    const first = keys[0];
    const size = --this.#size;
    const key = keys[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1] < keys[child]) child += 1;
      if (keys[child] >= key) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
    return first;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#keys.length);
    larger.set(this.#keys);
    this.#keys = larger;
  }
}
