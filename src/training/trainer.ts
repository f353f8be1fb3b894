import type { Module, StateDict } from "../module/module.ts";
import { clipScale } from "../optimisers/clip.ts";
import type { OtherTeams } from "../parallel/other-teams.ts";
import { factoryOf, type MakerOptions } from "../parallel/replica.ts";
import { Team, type Walked } from "../parallel/team.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { BatchPlace, Prepared, Task } from "../tasks/task.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gatherRows, scatterRows } from "./batch-rows.ts";
import { prefixed, tensorsBelow } from "./checkpoint.ts";
import { optimiserConfigOf } from "./optimisation.ts";

/** Data made ready by any task. */
export type AnyPrepared = Prepared<
  LoopSettings & Readonly<Record<string, unknown>>,
  unknown,
  unknown,
  Module,
  object
>;

/** What reading a batch gave. */
export interface WalkedBatch extends Walked {
  /** Units learned from. */
  readonly units: number;
}

/** A model and the threads that train it, batch by batch. */
export class Trainer {
  readonly device: Device;
  readonly model: Module;
  readonly team: Team<unknown>;
  readonly #prepared: AnyPrepared;
  readonly #gradClip: number;

  /** Threads are started where they can find the task; without a home it trains on this thread alone. */
  static async open(
    device: Device,
    task: Task,
    prepared: AnyPrepared,
    settings: LoopSettings,
    threads: number,
    others?: OtherTeams,
  ): Promise<Trainer> {
    const options: MakerOptions = { options: prepared.options, freeze: settings.freeze };
    const { home } = task;
    const factory = factoryOf(task);
    const team = await Team.open<MakerOptions, unknown>(
      device,
      home
        ? { module: String(home.module), export: home.export, options }
        : (device, _, rows) => factory(device, options, rows),
      { threads, batchSize: settings.batchSize, optimiser: optimiserConfigOf(settings) },
      // The task has been imported already; other threads find it by its home.
      async (_, name) => ({ [name]: task }),
      others,
    );
    return new this(team, prepared, settings.gradClip);
  }

  protected constructor(team: Team<unknown>, prepared: AnyPrepared, gradClip: number) {
    this.team = team;
    this.device = team.device;
    this.model = team.replica.model;
    this.#prepared = prepared;
    this.#gradClip = gradClip;
  }

  /** The parameters that are trained, by name. */
  get trained(): Map<string, Tensor> {
    const trained = new Set<Tensor>(this.team.optimiser.parameters);
    return new Map([...this.model.namedParameters()].filter(([, parameter]) => trained.has(parameter)));
  }

  /** Forward and backward over a batch: leaves the gradients, and carries on what state there is. */
  async walk(place: BatchPlace): Promise<WalkedBatch> {
    const { parts, units } = this.#prepared.batch(place, this.team.rows, this.team.own);
    return { ...(await this.team.walk(parts)), units };
  }

  /** Changes the weights by the gradients of the last walk, clipped to the largest norm that the settings allow. */
  async update(gradientNorm: number, learningRate: number): Promise<void> {
    const maxNorm = this.#gradClip || Number.POSITIVE_INFINITY;
    await this.team.update({ learningRate, scale: clipScale(gradientNorm, maxNorm) });
  }

  /** Sets the carried state to zero: a step that went wrong has left its numbers there. */
  forgetState(): void {
    for (const part of this.team.carried.flatMap((state) => Object.values(state)))
      part.device.kernels.fill(part.offset, 0, part.size);
  }

  /** Seconds that a step takes: the second of two that change nothing. */
  async secondsPerStep(): Promise<number> {
    const places = [...this.model.dropoutPlaces().values()];
    const before = places.map((place) => place.state());
    await this.walk({ epoch: 0, batch: 0 });
    const started = performance.now();
    await this.walk({ epoch: 0, batch: 0 });
    const seconds = (performance.now() - started) / 1000;
    for (const [index, place] of places.entries()) place.restore(before[index]);
    // Where no batch begins anew by itself, the first one must not find what these have left.
    this.forgetState();
    return seconds;
  }

  /** Copies of the parameters, of what the optimiser remembers, and of the carried state [L, B, …] of all threads. */
  async tensors(): Promise<StateDict> {
    return {
      ...prefixed("model", await this.model.stateDict()),
      ...prefixed("optimiser", await this.team.optimiser.stateDict()),
      ...prefixed("carried", await this.carried()),
    };
  }

  /** The carried state of the whole batch. */
  protected carried(): Promise<StateDict> {
    return gatherRows(this.team.carried);
  }

  /** Goes on from such copies, made with any number of threads. */
  restore(tensors: StateDict): void {
    this.restoreModel(tensors);
    scatterRows(tensorsBelow(tensors, "carried"), this.team.carried);
  }

  /** The same but for the carried state. */
  protected restoreModel(tensors: StateDict): void {
    this.team.optimiser.loadStateDict(tensorsBelow(tensors, "optimiser"));
    this.model.loadStateDict(tensorsBelow(tensors, "model"));
  }

  /** Processes that train it; undefined where it is this one alone. */
  get ranks(): number | undefined {
    return undefined;
  }

  /** Whether another process has been asked to end the training. */
  get isEndAsked(): boolean {
    return false;
  }

  /** What people should know of the last steps, once. */
  note(): string | undefined {
    return undefined;
  }

  /** Ends all threads but this one. */
  close(): void {
    this.team.close();
  }
}
