// One training step, split over N threads that share one heap:
//   walk      each thread: gradients of its part of the batch, weighted by its share of the rows
//   reduce    each thread, over its run of all parameters' entries: the sum of all threads' gradients, in the order of threads
//   update    each thread, over the same run: the optimiser
//   repack    each thread: its share of the packed copies that all of them read
// Between two of these everyone meets. Every order is fixed, so that a run gives the same bits each time.

import { targetsOf } from "../losses/reduce-losses.ts";
import type { DropoutPlace } from "../module/dropout-place.ts";
import type { Parameter } from "../module/module.ts";
import type { Optimiser, Range } from "../optimisers/optimiser.ts";
import { takeGradients } from "../optimisers/training-step.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Meeting } from "./meeting.ts";
import type { OtherTeams } from "./other-teams.ts";
import { type PartFigures, partFigures } from "./part-figures.ts";
import type { Part, Replica } from "./replica.ts";
import { repack, type SharedPack } from "./shared-packs.ts";
import { splitEntries } from "./split.ts";

/** A part of the batch as its thread is given it. */
export interface Assignment<Share> extends Part<Share> {
  /** Index of its first row in the whole batch, and how much of the batch it is. */
  readonly firstRow: number;
  readonly weight: number;
  /** Whether whoever gave it said what it counts, so that its targets are not counted. */
  readonly isWeighed: boolean;
}

/** How the optimiser is to change the parameters. */
export interface ParameterChange {
  /** Step size of this one update. */
  readonly learningRate: number;
  /** What gradients are multiplied with first, to clip them for instance. */
  readonly scale: number;
}

/** What one thread of a team does in a training step. */
export class ThreadWork<Share> {
  readonly replica: Replica<Share>;
  readonly optimiser: Optimiser;
  readonly dropoutPlaces: readonly DropoutPlace[];
  /** Frozen ones too. */
  readonly allParameters: readonly Parameter[];
  readonly #meeting: Meeting;
  readonly #thread: number;
  readonly #ranges: readonly Range[];

  constructor(replica: Replica<Share>, optimiser: Optimiser, meeting: Meeting, thread: number) {
    this.replica = replica;
    this.optimiser = optimiser;
    this.dropoutPlaces = [...replica.model.dropoutPlaces().values()];
    this.allParameters = replica.model.parameters();
    this.#meeting = meeting;
    this.#thread = thread;
    this.#ranges = splitEntries(
      this.parameters.map(({ size }) => size),
      meeting.threads,
    )[thread];
  }

  get parameters(): readonly Tensor[] {
    return this.optimiser.parameters;
  }

  /** Has dropout on or off, as on the first thread. */
  setTraining(training: boolean): void {
    const { model } = this.replica;
    if (model.training === training) return;
    if (training) model.train();
    else model.eval();
  }

  /**
   * Leaves its gradients where others find them, and its part of the loss. A thread without rows has neither. `others` are told before
   * the way back, if there is one and no other.
   */
  walk(assignment: Assignment<Share> | null, others?: OtherTeams): void {
    const { device } = this.parameters[0];
    const { losses, weights, targets } = this.#meeting;
    losses[this.#thread] = 0;
    weights[this.#thread] = assignment?.weight ?? 0;
    const cut = assignment && this.replica.cut?.(assignment.share);
    if (assignment && cut && cut.length > 1) this.#walkOneByOne(assignment, cut);
    else if (assignment) {
      const { firstRow, share, weight } = assignment;
      device.firstRow = firstRow;
      takeGradients(this.optimiser, () => {
        const made = this.replica.loss(share);
        const { loss, measured } = "loss" in made ? made : { loss: made, measured: made };
        const counted = assignment.isWeighed ? undefined : targetsOf(measured);
        targets[this.#thread] = counted ?? -1;
        // Nothing can be learnt from a part without targets, whose mean is no number.
        if (counted !== 0) losses[this.#thread] = weight * device.heap.floats()[measured.offset];
        others?.follow(loss, this, this.#meeting);
        return { loss: counted === 0 ? undefined : loss, weight, found: () => {} };
      });
    } else this.optimiser.zeroGrad();
    this.#meeting.gradientsOf(this.#thread).set(this.parameters.map((each) => each.arrivedGradient()));
  }

  /** Figures of parts, one after the other; `buffers` are where the first thread's stand, whose running means all go by. */
  evaluate(parts: readonly Part<Share>[], buffers: readonly number[] = []): PartFigures[] {
    const own = [...this.replica.model.namedBuffers().values()];
    for (const [index, offset] of buffers.entries()) {
      const { device, size } = own[index];
      own[index].assign(device.heap.floats().slice(offset, offset + size));
    }
    return parts.map((part) => partFigures(this.replica, part));
  }

  /** The same in several goes, whose gradients add up: each counts its targets, or its rows, and the sum is divided by all of them. */
  #walkOneByOne(
    assignment: Assignment<Share>,
    cut: readonly { readonly rows: number; readonly share: unknown }[],
  ): void {
    const { device } = this.parameters[0];
    const { losses, targets } = this.#meeting;
    let [sum, total, counts] = [0, 0, !assignment.isWeighed];
    this.optimiser.zeroGrad();
    device.firstRow = assignment.firstRow;
    for (const { rows, share } of cut) {
      device.scope(() => {
        const made = this.replica.loss(share as Share);
        const { loss, measured } = "loss" in made ? made : { loss: made, measured: made };
        const counted = assignment.isWeighed ? undefined : targetsOf(measured);
        counts &&= counted !== undefined;
        const weight = counted ?? rows;
        if (weight > 0) {
          loss.backward([weight]);
          sum += weight * device.heap.floats()[measured.offset];
          total += weight;
        }
      });
      device.firstRow += rows;
    }
    targets[this.#thread] = counts ? total : -1;
    const share = total > 0 ? assignment.weight / total : 0;
    losses[this.#thread] = share * sum;
    for (const parameter of this.parameters) {
      const gradient = parameter.arrivedGradient();
      if (gradient) device.kernels.scale(gradient, share, parameter.size);
    }
  }

  /**
   * Adds the other threads' gradients to those of the first that has any, each multiplied with its share, and sums the squares of what
   * comes out.
   */
  reduce(shares: readonly number[] = this.#meeting.shares()): void {
    const { kernels } = this.parameters[0].device;
    const { squares } = this.#meeting;
    const gradients = this.#allGradients();
    let sum = 0;
    for (const { index, from, to } of this.#ranges) {
      const arrived = gradients.map((offsets, thread) => ({ offset: offsets[index], share: shares[thread] }));
      const [head, ...others] = arrived.filter(({ offset }) => offset !== 0);
      if (!head) continue;
      const first = head.offset;
      if (head.share !== 1) kernels.scale(first + from, head.share, to - from);
      for (const { offset, share } of others)
        kernels.addScaled(offset + from, share, first + from, to - from);
      sum += kernels.sumOfSquares(first + from, to - from);
    }
    squares[this.#thread] = sum;
  }

  /** Changes its run of the parameters by `scale` times the gradients' sum; nothing where others have changed them. */
  update(change: ParameterChange | null): void {
    if (!change) return;
    const { learningRate, scale } = change;
    const { kernels } = this.parameters[0].device;
    const gradients = this.summedGradients();
    for (const { index, from, to } of this.#ranges) {
      if (scale !== 1 && gradients[index]) kernels.scale(gradients[index] + from, scale, to - from);
    }
    this.optimiser.learningRate = learningRate;
    this.optimiser.count(gradients.map((offset) => offset !== 0));
    this.optimiser.apply(this.parameters.map(gradientAt(gradients)), this.#ranges);
  }

  /**
   * After parameters have changed, any of them if not by an update: makes its share of the packed copies, and takes all of them
   * for fresh. Other copies are stale.
   */
  repack(packs: readonly SharedPack[], change: ParameterChange | null): void {
    for (const parameter of change ? this.parameters : this.allParameters) parameter.changed();
    repack(this.parameters, packs, this.#thread, this.#meeting.threads);
  }

  /** Where the sums of all threads' gradients stand, 0 where nothing has arrived. */
  summedGradients(): number[] {
    const gradients = this.#allGradients();
    return this.parameters.map((_, index) => gradients.find((offsets) => offsets[index] !== 0)?.[index] ?? 0);
  }

  #allGradients(): Float64Array[] {
    return Array.from({ length: this.#meeting.threads }, (_, thread) => this.#meeting.gradientsOf(thread));
  }
}

/** A parameter's gradient where a thread has left it; none where nothing has arrived. */
function gradientAt(offsets: readonly number[]): (parameter: Tensor, index: number) => Tensor | undefined {
  return ({ device, shape, size }, index) =>
    offsets[index] === 0 ? undefined : new Tensor(device, device.lent(offsets[index], size), shape);
}
