/** Ids that grow in number. */
export class IdList {
  #ids: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) this.#grow(1);
    this.#ids[this.#length++] = id;
  }

  append(ids: Int32Array, start: number, end: number): void {
    if (this.#length + end - start > this.#ids.length) this.#grow(end - start);
    for (let at = start; at < end; at++) this.#ids[this.#length++] = ids[at];
  }

  finish(): Int32Array {
    return this.#ids.slice(0, this.#length);
  }

  #grow(least: number): void {
    const larger = new Int32Array(2 * this.#ids.length + least);
    larger.set(this.#ids.subarray(0, this.#length));
    this.#ids = larger;
  }
}
