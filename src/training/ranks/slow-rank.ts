import { type Ranks, rankName } from "../../parallel/ranks.ts";

/** Steps that are looked at together, and how long they must have taken for a judgement. */
const WINDOW_STEPS = 50;
const WINDOW_MS = 2000;
/** Times the middle rank's that a rank's walks must take to be called slow. */
const SLOW = 1.25;

/** Finds the rank that all others wait for. */
export class SlowRank {
  readonly #ranks: Pick<Ranks, "size" | "hosts">;
  #sums: number[];
  #steps = 0;
  #named: number | undefined;
  #note: string | undefined;

  constructor(ranks: Pick<Ranks, "size" | "hosts">) {
    this.#ranks = ranks;
    this.#sums = new Array<number>(ranks.size).fill(0);
  }

  /** Takes in how long each rank's walk over its part of a batch has taken. [R] */
  observe(walkMs: readonly number[]): void {
    this.#sums = this.#sums.map((sum, rank) => sum + walkMs[rank]);
    this.#steps += 1;
    const slowest = this.#sums.indexOf(Math.max(...this.#sums));
    if (this.#steps < WINDOW_STEPS || this.#sums[slowest] < WINDOW_MS) return;
    const others = this.#sums.filter((_, rank) => rank !== slowest).sort((left, right) => left - right);
    const middle = others[Math.floor(others.length / 2)];
    const times = this.#sums[slowest] / middle;
    if (times < SLOW) this.#named = undefined;
    else if (slowest !== this.#named) {
      this.#named = slowest;
      const [own, usual] = [this.#sums[slowest], middle].map((sum) => (sum / this.#steps).toFixed(1));
      this.#note = `${rankName(this.#ranks, slowest)} is slow, and all others wait for it: its part of a batch takes ${own} ms, theirs ${usual} ms`;
    }
    this.#sums = this.#sums.map(() => 0);
    this.#steps = 0;
  }

  /** What there is to say, once. */
  note(): string | undefined {
    const note = this.#note;
    this.#note = undefined;
    return note;
  }
}
