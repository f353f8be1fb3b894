// The sum of all ranks' gradients, the same bits on each of them and each time:
//   every rank sends each rank one piece of its gradients (all-to-all);
//   each adds the R pieces that it has got, in the order of ranks, each multiplied with its rank's share;
//   each sends its sum to all (all-gather).
// This is how a ring's all-reduce moves bytes too (Patarasu & Yuan 2009): 2(R − 1)/R times the gradients out of each rank and into it.
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { half, narrow, widen } from "./bfloat16.ts";
import { type Bucket, bucketsOf } from "./buckets.ts";
import { type Meeting, sharesOf } from "./meeting.ts";
import type { OtherTeams } from "./other-teams.ts";
import type { Ranks } from "./ranks.ts";
import { splitEntries } from "./split.ts";
import type { Walked } from "./team.ts";
import type { ThreadWork } from "./thread-work.ts";

/** Entries of a bucket: 4 MiB. */
const BUCKET_ENTRIES = 2 ** 20;
/** What a rank reports of each of its threads: loss, weight, targets. */
const OF_A_THREAD = 3;
/** What it reports of itself: the milliseconds of its walk, whether it has been asked to end. */
const OF_A_RANK = 2;

/** What ranks send gradients as. */
export type GradientFormat = "float32" | "bfloat16";

/** What all ranks have said of a walk. */
export interface RankReports {
  /** Milliseconds that each rank's walk has taken. [R] */
  readonly walkMs: readonly number[];
  readonly isEndAsked: boolean;
}

/** The teams of all ranks. */
export class RankSums implements OtherTeams {
  readonly #ranks: Ranks;
  readonly #format: GradientFormat;
  #room: { readonly sent: number; readonly received: number; readonly summed: number } | undefined;
  #buckets: readonly Bucket[] = [];
  #startedMs = 0;
  /** Of the last walk. */
  reports: RankReports = { walkMs: [], isEndAsked: false };

  /** @param format what gradients are sent as; sums are float32 in any case */
  constructor(ranks: Ranks, format: GradientFormat = "float32") {
    this.#ranks = ranks;
    this.#format = format;
  }

  get teams(): number {
    return this.#ranks.size;
  }

  get team(): number {
    return this.#ranks.rank;
  }

  /** To be called when this rank's walk begins. */
  begin(): void {
    this.#startedMs = performance.now();
  }

  async sum(
    work: ThreadWork<never>,
    meeting: Meeting,
    reduce: (shares: readonly number[]) => Promise<void>,
  ): Promise<Walked> {
    const { size, rank } = this.#ranks;
    const { parameters } = work;
    const { threads } = meeting;
    const reported = this.#report(meeting, parameters.length);
    const weights = reported.flatMap((each) => each.threads.map(({ weight }) => weight));
    const targets = reported.flatMap((each) => each.threads.map((thread) => thread.targets));
    const shares = sharesOf(weights, targets);
    // Several threads are summed by their shares first; one thread's gradients are multiplied where they are added to the others'.
    if (threads > 1) await reduce(shares.slice(rank * threads, (rank + 1) * threads));
    const factors = threads > 1 ? Array.from({ length: size }, () => 1) : shares;
    const own = work.summedGradients();
    const room = this.#roomFor(parameters);
    for (const bucket of this.#buckets) {
      this.#pack(bucket, parameters[0].device, own, room.sent);
      this.#exchange(bucket, parameters[0].device, factors, room);
    }
    const arrived = parameters.map((_, index) => reported.some(({ hasArrived }) => hasArrived[index]));
    const gradients = this.#gradientsIn(room.summed, arrived);
    for (let thread = 0; thread < threads; thread++) {
      meeting.gradientsOf(thread).set(gradients.map((offset) => (thread === 0 ? offset : 0)));
    }
    const losses = reported.flatMap((each) => each.threads.map(({ loss }) => loss));
    const counts = shares.some((share) => share > 0);
    return {
      loss: counts ? losses.reduce((sum, loss, part) => sum + loss * shares[part], 0) : Number.NaN,
      gradientNorm: Math.sqrt(sumOfSquares(parameters, gradients, size * threads)),
    };
  }

  /** Tells all ranks what this one has found, and hears the others. */
  #report(meeting: Meeting, parameters: number) {
    const { threads, losses, weights, targets } = meeting;
    const numbers = threads * OF_A_THREAD + OF_A_RANK + parameters;
    const own = new Float64Array(numbers);
    for (let thread = 0; thread < threads; thread++)
      own.set([losses[thread], weights[thread], targets[thread]], thread * OF_A_THREAD);
    const ofRank = threads * OF_A_THREAD;
    own.set([performance.now() - this.#startedMs, this.#ranks.isEndAsked ? 1 : 0], ofRank);
    for (let thread = 0; thread < threads; thread++) {
      for (const [index, offset] of meeting.gradientsOf(thread).entries())
        if (offset !== 0) own[ofRank + OF_A_RANK + index] = 1;
    }
    const all = new Float64Array(numbers * this.#ranks.size);
    this.#ranks.gather(new Uint8Array(own.buffer), new Uint8Array(all.buffer));
    const reported = Array.from({ length: this.#ranks.size }, (_, rank) => {
      const of = all.subarray(rank * numbers, (rank + 1) * numbers);
      return {
        threads: Array.from({ length: threads }, (_, thread) => {
          const [loss, weight, targets] = of.subarray(thread * OF_A_THREAD);
          return { loss, weight, targets };
        }),
        walkMs: of[ofRank],
        isEndAsked: of[ofRank + 1] !== 0,
        hasArrived: Array.from(of.subarray(ofRank + OF_A_RANK), (flag) => flag !== 0),
      };
    });
    this.reports = {
      walkMs: reported.map(({ walkMs }) => walkMs),
      isEndAsked: reported.some(({ isEndAsked }) => isEndAsked),
    };
    return reported;
  }

  #roomFor(parameters: readonly Tensor[]) {
    if (this.#room) return this.#room;
    const { heap, kernels } = parameters[0].device;
    this.#buckets = bucketsOf(parameters, this.#ranks.size, BUCKET_ENTRIES);
    const lengths = this.#buckets.map(({ piece }) => piece * this.#ranks.size);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const taken = (entries: number) => {
      const offset = heap.allocate(entries);
      kernels.fill(offset, 0, entries);
      return offset;
    };
    this.#room = { sent: taken(total), received: taken(Math.max(...lengths)), summed: taken(total) };
    return this.#room;
  }

  #pack({ places, from }: Bucket, { heap, kernels }: Device, own: readonly number[], sent: number): void {
    const floats = heap.floats();
    for (const { index, at, size } of places) {
      const to = sent + from + at;
      if (own[index] === 0) kernels.fill(to, 0, size);
      else floats.copyWithin(to, own[index], own[index] + size);
    }
  }

  #exchange(
    { from, piece }: Bucket,
    device: Device,
    factors: readonly number[],
    room: { readonly sent: number; readonly received: number; readonly summed: number },
  ): void {
    const { size } = this.#ranks;
    const { kernels } = device;
    const { received } = room;
    const all = piece * size;
    const isNarrow = this.#format === "bfloat16" && device.heap.bytesPerElement === 4;
    const sent = bytesAt(device, room.sent + from, all);
    const arrived = bytesAt(device, received, all);
    if (isNarrow) {
      narrow(sent);
      this.#ranks.exchange(half(sent), half(arrived));
      widen(arrived);
    } else this.#ranks.exchange(sent, arrived);
    if (factors[0] !== 1) kernels.scale(received, factors[0], piece);
    for (let rank = 1; rank < size; rank++)
      kernels.addScaled(received + rank * piece, factors[rank], received, piece);
    const own = bytesAt(device, received, piece);
    const summed = bytesAt(device, room.summed + from, all);
    if (isNarrow) {
      narrow(own);
      this.#ranks.gatherMany(half(own), half(summed));
      widen(summed);
    } else this.#ranks.gatherMany(own, summed);
  }

  /** Where each parameter's sum stands; 0 where nothing has arrived on any rank. */
  #gradientsIn(summed: number, arrived: readonly boolean[]): number[] {
    const offsets = new Array<number>(arrived.length).fill(0);
    for (const { places, from } of this.#buckets)
      for (const { index, at } of places) if (arrived[index]) offsets[index] = summed + from + at;
    return offsets;
  }
}

/** Summed in as many runs as there are threads, like the threads of one process, whose bits these are. */
function sumOfSquares(parameters: readonly Tensor[], gradients: readonly number[], parts: number): number {
  const { kernels } = parameters[0].device;
  const runs = splitEntries(
    parameters.map(({ size }) => size),
    parts,
  );
  let squares = 0;
  for (const run of runs) {
    let sum = 0;
    for (const { index, from, to } of run)
      if (gradients[index] !== 0) sum += kernels.sumOfSquares(gradients[index] + from, to - from);
    squares += sum;
  }
  return squares;
}

/** Entries of the heap as bytes. */
export function bytesAt({ heap }: Device, offset: number, entries: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = heap.floats().subarray(offset, offset + entries);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
