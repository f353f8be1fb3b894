import { Generator } from "../../random/philox.ts";
import type { Kernels } from "../contract.ts";
import type { Memory } from "../reference/memory.ts";

/** Elements before and after each region that no kernel may write. */
const GUARD = 32;
const VECTOR = 16;

/** What a case left behind: every region's entries by name, and the guards that were written over. */
export interface Outcome {
  readonly regions: ReadonlyMap<string, Float32Array | Int32Array | Float64Array>;
  readonly damage: readonly string[];
}

interface Region {
  readonly name: string;
  readonly kind: "floats" | "ints" | "open";
  readonly start: number;
  readonly end: number;
}

/**
 * A stretch of memory on which a case lays out its arguments. Each region stands between guards whose values depend on their
 * address and are large: a kernel that writes there changes them, one that counts them in is far off. What the case draws
 * from `random` is the same on every backend and exact in float32.
 */
export class Stage {
  readonly kernels: Kernels;
  readonly random = new Generator(1);
  readonly #memory: Memory;
  readonly #skew: number;
  readonly #first: number;
  readonly #regions: Region[] = [];
  readonly #results = new Map<string, Float64Array>();
  #next: number;

  /**
   * @param first offset of the memory that the stage may use.
   * @param skew elements by which regions start past a multiple of sixteen.
   */
  constructor(kernels: Kernels, memory: Memory, first: number, skew: number) {
    this.kernels = kernels;
    this.#memory = memory;
    this.#skew = skew;
    this.#first = first;
    this.#next = first;
  }

  /** A region of numbers, all of which are compared after the run: outputs must agree, inputs must be as they were. */
  floats(name: string, values: ArrayLike<number>): number {
    const start = this.#claim(name, "floats", values.length);
    this.#memory.floats().set(Float32Array.from(values), start);
    return start;
  }

  /** A region of whole numbers. */
  ints(name: string, values: readonly number[]): number {
    const start = this.#claim(name, "ints", values.length);
    this.#memory.ints().set(values, start);
    return start;
  }

  /** A region of whole numbers that say where other regions are, and so are each backend's own: guarded, not compared. */
  addresses(name: string, values: readonly number[]): number {
    const start = this.#claim(name, "open", values.length);
    this.#memory.ints().set(values, start);
    return start;
  }

  /** A region whose content each backend decides for itself: guarded, not compared. */
  open(name: string, length: number): number {
    return this.#claim(name, "open", length);
  }

  /** A region of random numbers between low and high. */
  uniform(name: string, length: number, low = -1, high = 1): number {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = this.random.uniformBetween(low, high);
    return this.floats(name, values);
  }

  /** A number that a kernel returned, compared like a region of one entry. */
  result(name: string, value: number): void {
    this.#results.set(name, Float64Array.of(value));
  }

  finish(): Outcome {
    const regions = new Map<string, Float32Array | Int32Array | Float64Array>(this.#results);
    const damage: string[] = [];
    let clean = this.#first;
    for (const { name, kind, start, end } of this.#regions) {
      damage.push(...this.#damage(clean, start).map((at) => `${name}[${at - start}]`));
      damage.push(
        ...this.#damage(end, end + GUARD).map((at) => `${name}[${at - start}] (it has ${end - start})`),
      );
      clean = end + GUARD;
      if (kind !== "open") regions.set(name, this.#memory[kind]().slice(start, end));
    }
    return { regions, damage };
  }

  #claim(name: string, kind: Region["kind"], length: number): number {
    const start = Math.ceil((this.#next + GUARD) / VECTOR) * VECTOR + this.#skew;
    const end = start + length;
    const floats = this.#memory.floats();
    for (let at = this.#next; at < start; at++) floats[at] = guardAt(at);
    for (let at = end; at < end + GUARD; at++) floats[at] = guardAt(at);
    this.#next = end + GUARD;
    this.#regions.push({ name, kind, start, end });
    return start;
  }

  #damage(from: number, to: number): number[] {
    const floats = this.#memory.floats();
    const places: number[] = [];
    for (let at = from; at < to; at++) if (floats[at] !== guardAt(at)) places.push(at);
    return places;
  }
}

function guardAt(address: number): number {
  return 1e6 + address;
}
