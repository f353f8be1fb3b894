import { coresThere } from "#platform";
import { cellHomes } from "../cells/own-cells.ts";
import { UnrolledError } from "../errors.ts";
import { type Module, requireSize } from "../module/module.ts";
import { clipScale } from "../optimisers/clip.ts";
import { createOptimiser, type OptimiserConfig } from "../optimisers/create.ts";
import { type Optimiser, requireAtLeastZero } from "../optimisers/optimiser.ts";
import type { Device } from "../tensor/device.ts";
import { describeReplica } from "./description.ts";
import type { Evaluated } from "./evaluate-parts.ts";
import { importFactory, type ModuleImporter } from "./import-factory.ts";
import { Meeting } from "./meeting.ts";
import { type Carried, Members } from "./members.ts";
import type { OtherTeams } from "./other-teams.ts";
import type { Part, Replica, ReplicaFactory, ReplicaModule } from "./replica.ts";
import { requirePart, requireWalkable } from "./require-part.ts";
import { packsOf } from "./shared-packs.ts";
import { splitRows } from "./split.ts";
import type { TeamOptions, TeamStepOptions } from "./team-options.ts";
import { threadsFor } from "./thread-count.ts";
import { type ParameterChange, ThreadWork } from "./thread-work.ts";

/** A day: timers cannot wait for more than a few weeks. */
const MOST_SECONDS = 86_400;

/** Results of a walk over a batch. */
export interface Walked {
  /** Mean over the whole batch, in the units of the replica's loss; NaN where no target of a cross-entropy counts. */
  readonly loss: number;
  /** Euclidean norm of the gradients of all trained parameters together. */
  readonly gradientNorm: number;
}

/** What a `Team` (`tasks/team-of-shares.ts`) is, wherever its modules come from. */
export class Team<Share, Model extends Module = Module> {
  readonly device: Device;
  /** This thread's, with the parameters that all of them train. */
  readonly replica: Replica<Share, Model>;
  readonly threads: number;
  /** Why there are fewer threads than asked for, if so. */
  readonly reason: string | undefined;
  /** Sequences of each thread's part of a whole batch; they differ by at most one. Those of other teams' threads too. */
  readonly rows: readonly number[];
  readonly #others: OtherTeams | undefined;
  readonly #firstPart: number;
  readonly #work: ThreadWork<Share>;
  readonly #meeting: Meeting;
  readonly #members: Members;
  readonly #frozen: readonly boolean[];
  readonly #carried: Carried[];
  /** What the versions of all parameters add up to when all threads know of their last change. */
  #knownVersions = 0;

  /**
   * As `Team.open`; `importing` imports the module on this thread, if `import` is not to. With `others` it is one of several teams, on heaps
   * of their own, that train together: each has that many threads, and the parts of a batch are for the threads of all of them.
   */
  static async open<Options, Share, Model extends Module = Module>(
    device: Device,
    source: ReplicaModule<Options> | ReplicaFactory<Options, Share, Model>,
    options: TeamOptions,
    importing?: ModuleImporter,
    others?: OtherTeams,
  ): Promise<Team<Share, Model>> {
    const { batchSize, startSeconds = 60 } = options;
    const asked = options.threads ?? coresThere();
    requireSize("Team.open", "threads", asked);
    requireSize("Team.open", "batchSize", batchSize);
    if (!(startSeconds > 0 && startSeconds <= MOST_SECONDS)) {
      throw new UnrolledError("invalid-argument", {
        call: "Team.open",
        subject: "startSeconds",
        got: `${startSeconds}`,
        needed: `above 0 and at most ${MOST_SECONDS}`,
      });
    }
    const teams = others?.teams ?? 1;
    const { threads, reason } = threadsFor(source, asked, Math.floor(batchSize / teams));
    const rows = splitRows(batchSize, threads * teams);
    const firstPart = threads * (others?.team ?? 0);
    const factory =
      typeof source === "function" ? source : await importFactory(source, startSeconds, importing);
    const given = typeof source === "function" ? undefined : source.options;
    const replica = factory(device, given as Options, rows[firstPart]) as Replica<Share, Model>;
    const team = new this<Share, Model>(device, replica, options.optimiser, rows, reason, others);
    if (typeof source !== "function") await team.#start(source, options.optimiser, startSeconds);
    return team;
  }

  protected constructor(
    device: Device,
    replica: Replica<Share, Model>,
    optimiser: OptimiserConfig,
    rows: readonly number[],
    reason: string | undefined,
    others?: OtherTeams,
  ) {
    this.device = device;
    this.replica = replica;
    this.threads = rows.length / (others?.teams ?? 1);
    this.rows = rows;
    this.reason = reason;
    this.#others = others;
    this.#firstPart = this.threads * (others?.team ?? 0);
    const trained = replica.model.trainableParameters();
    this.#meeting = new Meeting(this.threads, trained.length);
    this.#members = new Members(this.#meeting);
    this.#work = new ThreadWork(replica, createOptimiser(optimiser, trained), this.#meeting, 0);
    this.#frozen = this.#work.allParameters.map(({ frozen }) => frozen);
    this.#carried = [replica.carried ?? {}];
    for (const place of this.#work.dropoutPlaces) place.settle(device.generator);
  }

  /** Which of a batch's parts are this team's, where there are others. */
  get own(): { readonly first: number; readonly count: number } | undefined {
    return this.#others && { first: this.#firstPart, count: this.threads };
  }

  /** The replica's model on this thread. */
  get model(): Model {
    return this.replica.model;
  }

  /** This thread's. What it remembers of the parameters is shared by all, and may be loaded between steps. */
  get optimiser(): Optimiser {
    return this.#work.optimiser;
  }

  /** Where the sums of the gradients stand after a walk, one offset for each trained parameter; 0: none. */
  get gradients(): readonly number[] {
    return this.#work.summedGradients();
  }

  /** State that all threads carry from step to step, thread by thread. */
  get carried(): readonly Carried[] {
    return this.#carried;
  }

  /** Splits up to B sequences, a list of one entry each, into parts for the threads; null where there are none left. */
  split<Item>(sequences: readonly Item[]): (Part<Item[]> | null)[] {
    let first = 0;
    return splitRows(sequences.length, this.rows.length).map((rows) => {
      if (rows === 0) return null;
      first += rows;
      return { rows, share: sequences.slice(first - rows, first) };
    });
  }

  /**
   * One training step over a batch, a part for each thread (null: no rows): forward, backward, clipping, update.
   *
   * @throws UnrolledError "not-finite" if gradients are not finite, with the parameters as they were.
   */
  async step(parts: readonly (Part<Share> | null)[], options: TeamStepOptions = {}): Promise<Walked> {
    const { learningRate = this.optimiser.learningRate, maxNorm = Number.POSITIVE_INFINITY } = options;
    if (!(maxNorm > 0)) {
      throw new UnrolledError("invalid-argument", {
        call: "step",
        subject: "maxNorm",
        got: `${maxNorm}`,
        needed: "more than 0",
      });
    }
    requireAtLeastZero("step", "learningRate", learningRate);
    const walked = await this.walk(parts);
    const { loss, gradientNorm } = walked;
    if (!Number.isFinite(gradientNorm)) {
      throw new UnrolledError("not-finite", {
        call: "step",
        problem: `the norm of the gradients is ${gradientNorm} at a loss of ${loss}; no parameter was changed`,
      });
    }
    await this.update({ learningRate, scale: clipScale(gradientNorm, maxNorm) });
    return walked;
  }

  /** Forward and backward over a batch, a part for each thread (null: no rows). Leaves the sum of the gradients. */
  async walk(parts: readonly (Part<Share> | null)[]): Promise<Walked> {
    this.#members.requireReady("walk");
    requireWalkable(parts, this.rows.length, this.#work.allParameters, this.#frozen);
    await this.#tellOfChanges("walk");
    const weightOf = (part: Part<Share>) => part.weight ?? part.rows;
    const total = parts.reduce((sum, part) => sum + (part ? weightOf(part) : 0), 0);
    const isWeighed = parts.some((part) => part?.weight !== undefined);
    let firstRow = 0;
    const assignments = parts.map((part) => {
      if (!part) return null;
      const assignment = { ...part, firstRow, weight: weightOf(part) / total, isWeighed };
      firstRow += part.rows;
      return assignment;
    });
    const places = this.#work.dropoutPlaces.map((place) => place.state());
    const { training } = this.replica.model;
    const mine = assignments.slice(this.#firstPart);
    const others = this.#others;
    const sums = others === undefined;
    await this.#members.together(
      "walk",
      (thread) => ({ type: "walk", part: mine[thread], places, training, sums }),
      [() => this.#work.walk(mine[0], others), ...(sums ? [() => this.#work.reduce()] : [])],
    );
    if (others) {
      const reduce = (shares: readonly number[]) =>
        this.#members.together("walk", () => ({ type: "sum", shares }), [() => this.#work.reduce(shares)]);
      return others.sum(this.#work, this.#meeting, reduce);
    }
    const { losses, squares } = this.#meeting;
    const sum = (numbers: Float64Array) => numbers.reduce((left, right) => left + right, 0);
    const shares = this.#meeting.shares();
    const counts = shares.some((share) => share > 0);
    return {
      loss: counts ? sum(losses.map((loss, thread) => loss * shares[thread])) : Number.NaN,
      gradientNorm: Math.sqrt(sum(squares)),
    };
  }

  /** Changes the parameters by the optimiser with `scale` times the gradients of the last walk. */
  async update(change: ParameterChange): Promise<void> {
    requireAtLeastZero("update", "learningRate", change.learningRate);
    requireAtLeastZero("update", "scale", change.scale);
    await this.#change("update", change);
  }

  /**
   * The mean loss over parts, without gradients or dropout; nothing of the model changes. Each part is read whole by one of the threads,
   * which take them in turn, so the figures are the same bits on every number of threads. A part may have as many rows as memory allows.
   *
   * @throws UnrolledError "invalid-argument" for no parts, or a replica that carries state from one batch to the next
   */
  async evaluate(parts: readonly Part<Share>[]): Promise<Evaluated> {
    // Most trainings measure by themselves.
    const { evaluatedOf, requireEvaluable } = await import("./evaluate-parts.ts");
    this.#members.requireReady("evaluate");
    requireEvaluable(parts, this.replica);
    for (const part of parts) requirePart("evaluate", part);
    await this.#tellOfChanges("evaluate");
    const mine = (thread: number) => parts.filter((_, place) => place % this.threads === thread);
    const buffers = [...this.model.namedBuffers().values()].map(({ offset }) => offset);
    const found = await this.#members.gathered(
      "evaluate",
      (thread) => ({ type: "evaluate", parts: mine(thread), buffers }),
      () => this.#work.evaluate(mine(0)),
    );
    return evaluatedOf(
      parts.map((_, place) => found[place % this.threads][Math.floor(place / this.threads)]),
    );
  }

  /** Ends the other threads. The replica of this thread stays as it is. */
  close(): void {
    this.#members.close();
  }

  /** What was changed on this thread since the others last heard of it. */
  async #tellOfChanges(call: string): Promise<void> {
    if (this.threads > 1 && this.#versions() !== this.#knownVersions) await this.#change(call, null);
  }

  /** All threads go on from what parameters and optimiser are on this one, which may have been changed otherwise too. */
  async #change(call: string, change: ParameterChange | null): Promise<void> {
    this.#members.requireReady(call);
    const packs = this.threads > 1 ? packsOf(this.#work.parameters) : [];
    const counts = this.optimiser.counts();
    await this.#members.together(call, () => ({ type: "change", change, counts, packs }), [
      () => this.#work.update(change),
      () => this.#work.repack(packs, change),
    ]);
    this.#knownVersions = this.#versions();
  }

  #versions(): number {
    return this.#work.allParameters.reduce((sum, { storage }) => sum + storage.version, 0);
  }

  async #start(replica: ReplicaModule, optimiser: OptimiserConfig, startSeconds: number): Promise<void> {
    const { model } = this.replica;
    const named = [...model.namedParameters()];
    const request = {
      type: "join",
      threads: this.threads,
      memory: this.device.heap.memory,
      backend: this.device.backend,
      isWhole: this.device.isWhole,
      meeting: this.#meeting.memory,
      replica,
      cells: cellHomes(),
      startSeconds,
      description: describeReplica(this.replica),
      optimiser,
      trained: named.filter(([, { frozen }]) => !frozen).map(([name]) => name),
      parameters: named.map(([, { storage }]) => storage.offset),
      remembered: this.optimiser.tensors().map(({ storage }) => storage.offset),
    } as const;
    const join = (thread: number) => ({ ...request, thread, rows: this.rows[this.#firstPart + thread] });
    this.#carried.push(...(await this.#members.start(this.device, join, startSeconds)));
    this.#knownVersions = this.#versions();
  }
}
