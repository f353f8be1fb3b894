const END_ASKED = 0;
const WAITS_FOR = 1;
const SINCE_MS = 2;
const WORDS = 4;

/** What the threads of a process tell one another while the one that trains waits for other processes and reads no messages. */
export class Signals {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get isEndAsked(): boolean {
    return Atomics.load(this.#words, END_ASKED) !== 0;
  }

  askForEnd(): void {
    Atomics.store(this.#words, END_ASKED, 1);
  }

  waitsFor(rank: number): void {
    Atomics.store(this.#words, SINCE_MS, clockMs());
    Atomics.store(this.#words, WAITS_FOR, rank + 1);
  }

  waitsForNobody(): void {
    Atomics.store(this.#words, WAITS_FOR, 0);
  }

  /** Whom the training thread waits for, and how long already. */
  get waiting(): { readonly rank: number; readonly ms: number } | undefined {
    const rank = Atomics.load(this.#words, WAITS_FOR) - 1;
    if (rank < 0) return undefined;
    return { rank, ms: (clockMs() - Atomics.load(this.#words, SINCE_MS)) & CLOCK };
  }
}

/** A clock of thirty bits: it goes round in twelve days. */
const CLOCK = 2 ** 30 - 1;

function clockMs(): number {
  return Date.now() & CLOCK;
}
