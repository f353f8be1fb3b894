/** What waits, by whose it is: each owner is served in turn, and what one owner has, in the order it came. */
export class FairQueue<Entry> {
  readonly #byOwner = new Map<string, Entry[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(owner: string, entry: Entry): void {
    const own = this.#byOwner.get(owner);
    if (own) own.push(entry);
    else this.#byOwner.set(owner, [entry]);
    this.#size += 1;
  }

  /** The next entry, or undefined where nothing waits. */
  take(): Entry | undefined {
    for (const [owner, entries] of this.#byOwner) {
      const entry = entries.shift();
      // Whose turn it was stands behind all others.
      this.#byOwner.delete(owner);
      if (entries.length > 0) this.#byOwner.set(owner, entries);
      this.#size -= 1;
      return entry;
    }
    return undefined;
  }

  /** Takes out all entries that do not stay, and returns them. */
  remove(stays: (entry: Entry) => boolean): Entry[] {
    const removed: Entry[] = [];
    for (const [owner, entries] of this.#byOwner) {
      const left = entries.filter((entry) => stays(entry) || removed.push(entry) === 0);
      if (left.length === entries.length) continue;
      if (left.length > 0) this.#byOwner.set(owner, left);
      else this.#byOwner.delete(owner);
    }
    this.#size -= removed.length;
    return removed;
  }
}
