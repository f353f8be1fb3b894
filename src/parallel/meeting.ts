const ARRIVED = 0;
const MEETINGS = 1;
const FAILED = 2;
const WORDS = 16;
/** What a thread that sleeps is woken from to see whether the team has failed, if nobody wakes it. */
const SLEEP_MS = 50;
/** Looks at the count before a thread goes to sleep: about as long as waking up takes. */
const SPINS = 20_000;

/**
 * Where the threads of a team wait for one another, and the numbers that they tell one another there: each thread's loss, the
 * weight and the number of targets of its part, its sum of squares, and where the gradients of its P parameters stand (0: none).
 */
export class Meeting {
  readonly memory: SharedArrayBuffer | ArrayBuffer;
  readonly threads: number;
  readonly losses: Float64Array;
  readonly squares: Float64Array;
  /** 0 for a thread without rows. */
  readonly weights: Float64Array;
  /** What the loss is the mean over; −1 where that is not counted. */
  readonly targets: Float64Array;
  readonly #gradients: Float64Array;
  readonly #words: Int32Array;
  readonly #parameters: number;

  constructor(threads: number, parameters: number, memory?: SharedArrayBuffer | ArrayBuffer) {
    this.threads = threads;
    this.#parameters = parameters;
    // One thread alone meets nobody, and may be where nothing can be shared.
    const Room = threads > 1 ? SharedArrayBuffer : ArrayBuffer;
    this.memory = memory ?? new Room(4 * WORDS + 8 * threads * (4 + parameters));
    this.#words = new Int32Array(this.memory, 0, WORDS);
    this.losses = new Float64Array(this.memory, 4 * WORDS, threads);
    this.squares = new Float64Array(this.memory, 4 * WORDS + 8 * threads, threads);
    this.weights = new Float64Array(this.memory, 4 * WORDS + 16 * threads, threads);
    this.targets = new Float64Array(this.memory, 4 * WORDS + 24 * threads, threads);
    this.#gradients = new Float64Array(this.memory, 4 * WORDS + 32 * threads, threads * parameters);
  }

  /** Offsets of one thread's gradients, to read and to write. */
  gradientsOf(thread: number): Float64Array {
    return this.#gradients.subarray(thread * this.#parameters, (thread + 1) * this.#parameters);
  }

  /**
   * After a walk, what each thread's gradients and loss are to be multiplied with: 1 as a rule. Where all losses are means over
   * counted targets, what a part's share of these is to its weight; a mean over the whole batch comes out then.
   */
  shares(): number[] {
    return sharesOf([...this.weights], this.targets);
  }

  /** How many meetings there have been: what `arrive` returned is to be waited for to change. */
  arrive(): number {
    const before = Atomics.load(this.#words, MEETINGS);
    if (Atomics.add(this.#words, ARRIVED, 1) === this.threads - 1) {
      Atomics.store(this.#words, ARRIVED, 0);
      Atomics.add(this.#words, MEETINGS, 1);
      Atomics.notify(this.#words, MEETINGS);
    }
    return before;
  }

  /** Waits a little; whether all have come. */
  waitBriefly(before: number): boolean {
    if (this.#spin(before)) return true;
    Atomics.wait(this.#words, MEETINGS, before, SLEEP_MS);
    return this.#hasMet(before);
  }

  /** The same for a thread that must not block, such as a page's own: its other work goes on meanwhile. */
  async waitBrieflyAside(before: number): Promise<boolean> {
    if (this.#spin(before)) return true;
    const { waitAsync } = Atomics as Partial<AsyncAtomics>;
    await (waitAsync
      ? waitAsync(this.#words, MEETINGS, before, SLEEP_MS).value
      : new Promise((resume) => setTimeout(resume, 0)));
    return this.#hasMet(before);
  }

  /** Waits until all have come; false once the team has failed. */
  meet(): boolean {
    const before = this.arrive();
    while (!this.waitBriefly(before)) if (Atomics.load(this.#words, FAILED) !== 0) return false;
    return true;
  }

  /** Lets nobody wait any more. */
  fail(): void {
    Atomics.store(this.#words, FAILED, 1);
    Atomics.notify(this.#words, MEETINGS);
  }

  #spin(before: number): boolean {
    for (let spin = 0; spin < SPINS; spin++) if (this.#hasMet(before)) return true;
    return false;
  }

  #hasMet(before: number): boolean {
    return Atomics.load(this.#words, MEETINGS) !== before;
  }
}

/** The same of parts with these weights, 0 for those without rows, and numbers of targets. */
export function sharesOf(weights: readonly number[], targets: ArrayLike<number>): number[] {
  if (weights.some((weight, part) => weight > 0 && targets[part] < 0)) return weights.map(() => 1);
  const counted = weights.map((weight, part) => (weight > 0 ? targets[part] : 0));
  const total = counted.reduce((sum, count) => sum + count, 0);
  return counted.map((count, part) => (count > 0 ? count / total / weights[part] : 0));
}

/** Waiting that does not block, which engines have had since 2021 or later and TypeScript does not know yet. */
interface AsyncAtomics {
  waitAsync(
    words: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ): { readonly value: string | Promise<string> };
}
