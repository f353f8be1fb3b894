import { type OnnxData, type OnnxType, TYPES } from "./data-types.ts";
import type { OnnxValue } from "./value.ts";

/** Entries of an array that is kept for the next run, and bytes of all of them together. */
const MOST_ENTRIES = 2 ** 16;
const MOST_BYTES = 2 ** 24;

/** Arrays that nobody reads any more, by type and length. */
export class FreeArrays {
  readonly #free = new Map<OnnxType, Map<number, OnnxData[]>>();
  #bytes = 0;

  /** One of zeros, if there is one. */
  take(type: OnnxType, length: number): OnnxData | undefined {
    const data = this.#free.get(type)?.get(length)?.pop();
    if (!data) return undefined;
    this.#bytes -= data.byteLength;
    return data.fill(0);
  }

  give(type: OnnxType, data: OnnxData): void {
    if (this.#bytes + data.byteLength > MOST_BYTES) return;
    this.#bytes += data.byteLength;
    let lengths = this.#free.get(type);
    if (!lengths) {
      lengths = new Map();
      this.#free.set(type, lengths);
    }
    const list = lengths.get(data.length);
    if (list) list.push(data);
    else lengths.set(data.length, [data]);
  }
}

/** The arrays of one run's values. When it is over, those that do not outlive it are free for the next. */
export class RunArrays {
  readonly #free: FreeArrays;
  readonly #types: OnnxType[] = [];
  readonly #made: OnnxData[] = [];
  /** What outlives the run. A value can be a part of another one's array. */
  readonly #lasting = new Set<ArrayBufferLike>();

  constructor(free: FreeArrays) {
    this.#free = free;
  }

  make(type: OnnxType, length: number): OnnxData {
    if (length === 0 || length > MOST_ENTRIES) return TYPES[type].make(length);
    const data = this.#free.take(type, length) ?? TYPES[type].make(length);
    this.#types.push(type);
    this.#made.push(data);
    return data;
  }

  /** Says that a value is read after the run. */
  outlives({ data }: OnnxValue): void {
    this.#lasting.add(data.buffer);
  }

  /** The run is over. */
  end(): void {
    for (let index = 0; index < this.#made.length; index++) {
      const data = this.#made[index];
      if (!this.#lasting.has(data.buffer)) this.#free.give(this.#types[index], data);
    }
  }
}
