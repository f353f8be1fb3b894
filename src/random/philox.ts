// Philox4x32-10, a counter-based generator: random word = f(counter, key), with no state in between.
// Each of ten rounds, with · the 64-bit product split into high and low halves:
//   c0' = high(M1·c2) ^ c1 ^ k0    c1' = low(M1·c2)
//   c2' = high(M0·c0) ^ c3 ^ k1    c3' = low(M0·c0)      then k0 += W0, k1 += W1
// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
import { UnrolledError } from "../errors.ts";
import { normalPair } from "./normal.ts";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_TO_32 = 4294967296;

/** The upper 32 bits of the product of two unsigned words, from 16-bit halves whose products a float64 holds exactly. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = aHigh * bLow + ((aLow * bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return aHigh * bHigh + (first >>> 16) + (second >>> 16);
}

/**
 * Philox4x32-10: four random 32-bit words for a counter of four words and a key of two (all unsigned), written to `out`.
 * A pure function, the same on every platform.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highProduct(MULTIPLIER_0, c0);
    const high1 = highProduct(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Where a generator stands, as JSON can hold it. */
export interface GeneratorState {
  readonly key: readonly [number, number];
  readonly counter: readonly [number, number, number, number];
  /** Words of the current block of four that have been drawn; 4 at the beginning. */
  readonly used: number;
  /** The second of two normal numbers, if the first has been drawn. */
  readonly normal: number | null;
}

/**
 * A stream of random numbers, decided by its seed alone and the same on every platform.
 * `fork` names independent streams by place, so that what one part of a program draws does not move another's numbers.
 *
 * @throws UnrolledError "invalid-argument" for a seed or a place that is not an integer from 0 to 2^53 − 1, or a bound outside 1 to 2^32
 */
export class Generator {
  readonly #key: [number, number];
  readonly #counter: [number, number, number, number];
  readonly #block = new Uint32Array(4);
  #used = 4;
  #normal: number | undefined;

  /** `seed`: an integer from 0 to 2^53 − 1. */
  constructor(seed: number) {
    requireCount("Generator", "seed", seed);
    this.#key = [seed >>> 0, Math.floor(seed / TWO_TO_32)];
    this.#counter = [0, 0, 0, 0];
  }

  /** The next 32 random bits, as an unsigned integer. */
  bits(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#block);
      this.#counter[0] = (this.#counter[0] + 1) >>> 0;
      if (this.#counter[0] === 0) this.#counter[1]++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** A multiple of 2^-24 in [0, 1): exact in float32 too. */
  uniform(): number {
    return (this.bits() >>> 8) / 16777216;
  }

  /** Uniform in [low, high) in float64. */
  uniformBetween(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /**
   * A number from the normal distribution of this mean and standard deviation (Box & Muller 1958), in float64; the same bits on every
   * platform. Two words of the stream make two of them, the second of which is kept for the next call.
   */
  normal(mean = 0, deviation = 1): number {
    if (this.#normal === undefined) {
      const [first, second] = normalPair(this.bits(), this.bits());
      this.#normal = second;
      return mean + deviation * first;
    }
    const kept = this.#normal;
    this.#normal = undefined;
    return mean + deviation * kept;
  }

  /** `count` numbers drawn evenly from [−bound, bound); undefined from a generator that is there so that nothing need be drawn. */
  evenly(count: number, bound: number): Float32Array | undefined {
    const numbers = new Float32Array(count);
    for (let index = 0; index < count; index++) numbers[index] = (2 * this.uniform() - 1) * bound;
    return numbers;
  }

  /** A uniform integer from 0 to n − 1, without bias, for n from 1 to 2^32. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_TO_32) {
      throw new UnrolledError("invalid-argument", {
        call: "integer",
        subject: "n",
        got: `${n}`,
        needed: "an integer from 1 to 2^32",
      });
    }
    // The last, incomplete run of n values would favour the small ones, so draws that fall into it are drawn again.
    const limit = TWO_TO_32 - (TWO_TO_32 % n);
    let draw = this.bits();
    while (draw >= limit) draw = this.bits();
    return draw % n;
  }

  /** The integers from 0 to n − 1 in random order, every order as likely as any other (Fisher & Yates 1938; Durstenfeld 1964). */
  permutation(n: number): Uint32Array {
    requireCount("permutation", "n", n);
    const order = Uint32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  /** Where the stream stands: plain data, with which `restore` has any generator go on from here. */
  state(): GeneratorState {
    const [first, second] = this.#key;
    const [c0, c1, c2, c3] = this.#counter;
    return {
      key: [first, second],
      counter: [c0, c1, c2, c3],
      used: this.#used,
      normal: this.#normal ?? null,
    };
  }

  /**
   * Goes on from where another stream stood.
   *
   * @throws UnrolledError "invalid-argument" for what `state` has not given
   */
  restore(state: GeneratorState): this {
    requireState(state);
    for (const [index, word] of state.key.entries()) this.#key[index] = word;
    for (const [index, word] of state.counter.entries()) this.#counter[index] = word;
    this.#used = state.used;
    this.#normal = state.normal ?? undefined;
    const [c0, c1, c2, c3] = this.#counter;
    // The block that words were drawn from is that of the count before.
    if (this.#used < 4) {
      const before = [(c0 - 1) >>> 0, c0 === 0 ? c1 - 1 : c1, c2, c3] as const;
      philox(before, this.#key, this.#block);
    }
    return this;
  }

  /**
   * An independent stream for `place` (an integer from 0 to 2^53 − 1). It depends on the seed and on the places
   * forked through, not on what this stream has drawn so far.
   */
  fork(place: number): Generator {
    requireCount("fork", "place", place);
    const child = new Generator(0);
    const words = child.#block;
    // Numbers drawn count blocks below 2^53, so the top bit of the second word belongs to forks alone.
    const upper = (Math.floor(place / TWO_TO_32) | 0x80000000) >>> 0;
    philox([place >>> 0, upper, this.#counter[2], this.#counter[3]], this.#key, words);
    child.#key[0] = words[0];
    child.#key[1] = words[1];
    child.#counter[2] = words[2];
    child.#counter[3] = words[3];
    return child;
  }
}

function requireCount(call: string, argument: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: argument,
      got: `${value}`,
      needed: "an integer from 0 to 2^53 - 1",
    });
  }
}

/** An error unless a value has the fields of a state, and the words that they hold. */
function requireState(state: unknown): asserts state is GeneratorState {
  const { key, counter, used, normal } = (state ?? {}) as Partial<Record<keyof GeneratorState, unknown>>;
  const areWords = (value: unknown, length: number) =>
    Array.isArray(value) &&
    value.length === length &&
    value.every((word) => Number.isInteger(word) && word >= 0 && word < TWO_TO_32);
  const isUsed = Number.isInteger(used) && (used as number) >= 1 && (used as number) <= 4;
  if (areWords(key, 2) && areWords(counter, 4) && isUsed && (normal === null || Number.isFinite(normal)))
    return;
  throw new UnrolledError("invalid-argument", {
    call: "restore",
    problem: "the state is not one that a generator gave, needed its key, counter, used and normal",
  });
}
