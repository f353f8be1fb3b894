import { nodesBehind, type TapeNode } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BucketSums, type GradientFormat } from "./bucket-sums.ts";
import { type Meeting, sharesOf } from "./meeting.ts";
import type { OtherTeams } from "./other-teams.ts";
import type { Lane, Ranks, Transfer } from "./ranks.ts";
import { splitEntries } from "./split.ts";
import type { Walked } from "./team.ts";
import type { ThreadWork } from "./thread-work.ts";

/** Entries of a bucket: 4 MiB. */
const BUCKET_ENTRIES = 2 ** 20;
/** What a rank says of each of its threads after the forward pass: loss, weight, targets. */
const OF_A_THREAD = 3;
/** What it reports of itself after its walk: the milliseconds that it took, whether it has been asked to end. */
const OF_A_RANK = 2;

/** What all ranks have said of a walk. */
export interface RankReports {
  /** Milliseconds that each rank's walk has taken. [R] */
  readonly walkMs: readonly number[];
  readonly isEndAsked: boolean;
}

/** What all ranks say of a batch's parts, on its way. */
interface Counts {
  /** Not to be freed before it has been sent. */
  readonly own: Float64Array;
  readonly all: Float64Array;
  readonly transfer: Transfer;
}

/** The teams of all ranks. */
export class RankSums implements OtherTeams {
  readonly #ranks: Ranks;
  readonly #format: GradientFormat;
  readonly #bucketEntries: number;
  #opened: { readonly sums: BucketSums; readonly lane: Lane } | undefined;
  #counts: Counts | undefined;
  /** Of all threads of all ranks, once `#counts` has arrived. */
  #shares: readonly number[] | undefined;
  #startedMs = 0;
  /** Of the last walk. */
  reports: RankReports = { walkMs: [], isEndAsked: false };

  /** @param format what gradients are sent as; sums are float32 in any case */
  constructor(ranks: Ranks, format: GradientFormat = "float32", bucketEntries = BUCKET_ENTRIES) {
    this.#ranks = ranks;
    this.#format = format;
    this.#bucketEntries = bucketEntries;
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

  /** Gradients are sent as soon as no operation is left that adds to them. */
  follow(loss: Tensor, work: ThreadWork<unknown>, meeting: Meeting): void {
    // Those of several threads are summed first, when all of them have walked.
    if (meeting.threads > 1) return;
    const { parameters } = work;
    const { sums } = this.#open(parameters);
    this.#tellCounts(meeting);
    const places = new Map(parameters.map((parameter, index) => [parameter, index]));
    const uses = parameters.map(() => 0);
    const inputsOf = ({ inputs }: TapeNode) =>
      inputs.map((input) => places.get(input)).filter((index) => index !== undefined);
    for (const index of nodesBehind(loss).flatMap(inputsOf)) uses[index] += 1;
    loss.device.onWayBack = (walked) => {
      for (const index of walked ? inputsOf(walked) : []) {
        uses[index] -= 1;
        if (uses[index] === 0) sums.take(index, parameters[index].arrivedGradient());
      }
      sums.advance(this.#sharesIfKnown());
    };
  }

  async sum(
    work: ThreadWork<unknown>,
    meeting: Meeting,
    reduce: (shares: readonly number[]) => Promise<void>,
  ): Promise<Walked> {
    const { size, rank } = this.#ranks;
    const { parameters } = work;
    const { threads } = meeting;
    const { sums } = this.#open(parameters);
    parameters[0].device.onWayBack = undefined;
    // Without rows there is no way back.
    if (!this.#counts) this.#tellCounts(meeting);
    const arrived = this.#report(meeting, parameters.length);
    const { all, transfer } = this.#counts!;
    transfer.wait();
    const shares = this.#sharesIfKnown()!;
    // Several threads are summed by their shares first; one thread's gradients are multiplied where they are added to the others'.
    if (threads > 1) await reduce(shares.slice(rank * threads, (rank + 1) * threads));
    const factors = threads > 1 ? Array.from({ length: size }, () => 1) : shares;
    const offsets = sums.finish(work.summedGradients(), factors);
    const gradients = offsets.map((offset, index) => (arrived[index] ? offset : 0));
    for (let thread = 0; thread < threads; thread++)
      meeting.gradientsOf(thread).set(gradients.map((offset) => (thread === 0 ? offset : 0)));
    this.#counts = undefined;
    this.#shares = undefined;
    const counts = shares.some((share) => share > 0);
    const losses = shares.map((_, part) => all[part * OF_A_THREAD]);
    return {
      loss: counts ? losses.reduce((sum, loss, part) => sum + loss * shares[part], 0) : Number.NaN,
      gradientNorm: Math.sqrt(sumOfSquares(parameters, gradients, size * threads)),
    };
  }

  /** By all ranks at their first walk. */
  #open(parameters: readonly Tensor[]) {
    this.#opened ??= {
      sums: new BucketSums(this.#ranks, parameters, this.#format, this.#bucketEntries),
      lane: this.#ranks.lane(),
    };
    return this.#opened;
  }

  /** Has all ranks know what the parts of this one count. */
  #tellCounts({ threads, losses, weights, targets }: Meeting): void {
    const own = new Float64Array(threads * OF_A_THREAD);
    for (let thread = 0; thread < threads; thread++)
      own.set([losses[thread], weights[thread], targets[thread]], thread * OF_A_THREAD);
    const all = new Float64Array(own.length * this.#ranks.size);
    const transfer = this.#opened!.lane.gather(new Uint8Array(own.buffer), new Uint8Array(all.buffer));
    this.#counts = { own, all, transfer };
  }

  #sharesIfKnown(): readonly number[] | undefined {
    if (this.#shares || !this.#counts?.transfer.isDone()) return this.#shares;
    const { all } = this.#counts;
    const column = (at: number) => Array.from(all).filter((_, index) => index % OF_A_THREAD === at);
    this.#shares = sharesOf(column(1), column(2));
    return this.#shares;
  }

  /** Tells all ranks how this one's walk was, and hears the others. Which gradients have arrived on any of them. */
  #report(meeting: Meeting, parameters: number): boolean[] {
    const own = new Float64Array(OF_A_RANK + parameters);
    own.set([performance.now() - this.#startedMs, this.#ranks.isEndAsked ? 1 : 0]);
    for (let thread = 0; thread < meeting.threads; thread++) {
      for (const [index, offset] of meeting.gradientsOf(thread).entries())
        if (offset !== 0) own[OF_A_RANK + index] = 1;
    }
    const all = new Float64Array(own.length * this.#ranks.size);
    this.#ranks.gather(new Uint8Array(own.buffer), new Uint8Array(all.buffer));
    const of = Array.from({ length: this.#ranks.size }, (_, rank) =>
      all.subarray(rank * own.length, (rank + 1) * own.length),
    );
    this.reports = {
      walkMs: of.map(([walkMs]) => walkMs),
      isEndAsked: of.some(([, isEndAsked]) => isEndAsked !== 0),
    };
    return Array.from({ length: parameters }, (_, index) =>
      of.some((report) => report[OF_A_RANK + index] !== 0),
    );
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
