// The sum of all ranks' gradients, the same bits on each of them and each time. A bucket of gradients after the other:
//   every rank sends each rank one piece of its bucket (all-to-all);
//   each adds the R pieces that it has got, in the order of ranks, each multiplied with its rank's share;
//   each sends its sum to all (all-gather).
// This is how a ring's all-reduce moves bytes too (Patarasu & Yuan 2009): 2(R − 1)/R times the gradients out of each rank and into it.
// A bucket is on its way as soon as its gradients are whole, while those before them are still being computed (Li et al. 2020).
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { half, narrow, widen } from "./bfloat16.ts";
import { type Bucket, bucketsOf } from "./buckets.ts";
import type { Lane, Ranks, Transfer } from "./ranks.ts";

/** What ranks send gradients as. */
export type GradientFormat = "float32" | "bfloat16";

/** Sums of the gradients of some parameters, walk after walk. */
export class BucketSums {
  readonly #device: Device;
  readonly #ranks: Ranks;
  readonly #isNarrow: boolean;
  readonly #buckets: readonly Bucket[];
  /** Index of each parameter's bucket. */
  readonly #bucketOf: readonly number[];
  readonly #room: { readonly sent: number; readonly received: number; readonly summed: number };
  readonly #exchanging: Lane;
  readonly #gathering: Lane;
  /** Where this rank's gradients stand; 0: none has come. */
  readonly #own: number[];
  /** How many gradients each bucket waits for. */
  readonly #missing: number[];
  /** Of the buckets in order: those that are sent, and those of them that are added and sent again. */
  #exchanges: Transfer[] = [];
  #gathers: Transfer[] = [];

  /** All ranks make one at the same time. `bucketEntries` is what a bucket has at least. */
  constructor(ranks: Ranks, parameters: readonly Tensor[], format: GradientFormat, bucketEntries: number) {
    const [{ device }] = parameters;
    this.#device = device;
    this.#ranks = ranks;
    this.#isNarrow = format === "bfloat16" && device.heap.bytesPerElement === 4;
    this.#buckets = bucketsOf(parameters, ranks.size, bucketEntries);
    const bucketOf = new Array<number>(parameters.length);
    for (const [bucket, { places }] of this.#buckets.entries())
      for (const { index } of places) bucketOf[index] = bucket;
    this.#bucketOf = bucketOf;
    const total = this.#buckets.reduce((sum, { piece }) => sum + piece * ranks.size, 0);
    const taken = () => {
      const offset = device.heap.allocate(total);
      device.kernels.fill(offset, 0, total);
      return offset;
    };
    this.#room = { sent: taken(), received: taken(), summed: taken() };
    this.#exchanging = ranks.lane();
    this.#gathering = ranks.lane();
    this.#own = parameters.map(() => 0);
    this.#missing = this.#buckets.map(({ places }) => places.length);
  }

  /** Takes in a gradient that nothing will be added to, and sends what has become complete. */
  take(index: number, offset: number): void {
    this.#own[index] = offset;
    this.#missing[this.#bucketOf[index]] -= 1;
    this.#send();
  }

  /** Has everything get on that can do so without waiting. Sums need each rank's factor; without these, bytes alone move. */
  advance(factors: readonly number[] | undefined): void {
    const next = this.#exchanges[this.#gathers.length];
    if (!next) this.#gathers.at(-1)?.isDone();
    else if (next.isDone() && factors) this.#add(factors);
  }

  /** Sends what has not been sent, and waits for all sums. Where the sum of each parameter stands. */
  finish(own: readonly number[], factors: readonly number[]): number[] {
    for (const [index, offset] of own.entries()) this.#own[index] = offset;
    this.#missing.fill(0);
    this.#send();
    while (this.#gathers.length < this.#buckets.length) {
      this.#exchanges[this.#gathers.length].wait();
      this.#add(factors);
    }
    const offsets = this.#own.map(() => 0);
    for (const [index, { places, from, piece }] of this.#buckets.entries()) {
      this.#gathers[index].wait();
      if (this.#isNarrow) widen(this.#bytes(this.#room.summed + from, piece * this.#ranks.size));
      for (const place of places) offsets[place.index] = this.#room.summed + from + place.at;
      this.#missing[index] = places.length;
    }
    this.#exchanges = [];
    this.#gathers = [];
    this.#own.fill(0);
    return offsets;
  }

  /** Buckets go out in the same order on all ranks. */
  #send(): void {
    while (this.#missing[this.#exchanges.length] === 0) {
      const { places, from, piece } = this.#buckets[this.#exchanges.length];
      const { sent, received } = this.#room;
      const { heap, kernels } = this.#device;
      const floats = heap.floats();
      for (const { index, at, size } of places) {
        const [own, to] = [this.#own[index], sent + from + at];
        if (own === 0) kernels.fill(to, 0, size);
        else floats.copyWithin(to, own, own + size);
      }
      const all = piece * this.#ranks.size;
      const bytes = this.#bytes(sent + from, all);
      if (this.#isNarrow) narrow(bytes);
      this.#exchanges.push(
        this.#exchanging.exchange(this.#onWire(bytes), this.#onWire(this.#bytes(received + from, all))),
      );
    }
  }

  /** Adds the pieces of the next bucket, which have arrived, and sends their sum. */
  #add(factors: readonly number[]): void {
    const { from, piece } = this.#buckets[this.#gathers.length];
    const { size } = this.#ranks;
    const { kernels } = this.#device;
    const received = this.#room.received + from;
    if (this.#isNarrow) widen(this.#bytes(received, piece * size));
    if (factors[0] !== 1) kernels.scale(received, factors[0], piece);
    for (let rank = 1; rank < size; rank++)
      kernels.addScaled(received + rank * piece, factors[rank], received, piece);
    const own = this.#bytes(received, piece);
    if (this.#isNarrow) narrow(own);
    const summed = this.#bytes(this.#room.summed + from, piece * size);
    this.#gathers.push(this.#gathering.gather(this.#onWire(own), this.#onWire(summed)));
  }

  #onWire(bytes: Uint8Array): Uint8Array {
    return this.#isNarrow ? half(bytes) : bytes;
  }

  #bytes(offset: number, entries: number): Uint8Array {
    return bytesAt(this.#device, offset, entries);
  }
}

/** Entries of the heap as bytes. */
export function bytesAt({ heap }: Device, offset: number, entries: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = heap.floats().subarray(offset, offset + entries);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
