import type { ModelFiles } from "../models/model-files.ts";
import type { StateDict } from "../module/module.ts";
import { EarlyStopping } from "../optimisers/early-stopping.ts";
import { LearningRate } from "../optimisers/learning-rate.ts";
import { NonMonotoneTrigger } from "../optimisers/non-monotone-trigger.ts";
import { WeightAverage } from "../optimisers/weight-average.ts";
import { Generator } from "../random/philox.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { BatchPlace, Task } from "../tasks/task.ts";
import { type Checkpoint, prefixed, tensorsBelow } from "./checkpoint.ts";
import { culpritOf, DivergenceWatch } from "./divergence.ts";
import type { AnyTrainingEvent } from "./events.ts";
import { filesOf } from "./files-of.ts";
import { isBetter, judged, lookedAt } from "./judging.ts";
import { scheduleOf } from "./optimisation.ts";
import type { BestSoFar, RunState } from "./run-state.ts";
import { type Finished, tested } from "./tested.ts";
import type { AnyPrepared, Trainer, WalkedBatch } from "./trainer.ts";

/** Place of the samples among a seed's streams of random numbers. */
const SAMPLES = 1;
/** What a rollback multiplies the learning rate by, so that it does not end where it ended before. */
const ROLLBACK_FACTOR = 0.5;

/** A step as it was made, or what was wrong with it, in which case it has changed nothing but the place among the batches. */
export interface MadeStep extends WalkedBatch {
  readonly learningRate: number;
  readonly problem: string | undefined;
}

/** A run as far as it has come: everything that a checkpoint holds, and what changes it. */
export class Run {
  readonly batchesPerEpoch: number;
  /** Seconds of training so far, over all times that it was resumed. */
  seconds = 0;
  readonly #task: Task;
  readonly #trainer: Trainer;
  readonly #prepared: AnyPrepared;
  readonly #settings: LoopSettings;
  readonly #learningRate: LearningRate;
  readonly #divergence: DivergenceWatch;
  readonly #stopping: EarlyStopping | undefined;
  readonly #trigger: NonMonotoneTrigger;
  #average: WeightAverage | undefined;
  #step = 0;
  #units = 0;
  #rateScale = 1;
  #evaluatedAt = 0;
  #hasStopped = false;
  #best: { readonly found: BestSoFar; readonly tensors: StateDict } | undefined;
  #remembered: Checkpoint | undefined;
  #digest: string | undefined;

  constructor(task: Task, trainer: Trainer, prepared: AnyPrepared, settings: LoopSettings) {
    this.#task = task;
    this.#trainer = trainer;
    this.#prepared = prepared;
    this.#settings = settings;
    this.batchesPerEpoch = prepared.batchesPerEpoch;
    this.#learningRate = new LearningRate(settings.learningRate, scheduleOf(settings));
    this.#divergence = new DivergenceWatch(settings.divergenceFactor);
    this.#stopping = settings.earlyStopping > 0 ? new EarlyStopping(settings.earlyStopping) : undefined;
    this.#trigger = new NonMonotoneTrigger({ n: settings.asgdPatience });
    this.#average = settings.averageDecay > 0 ? this.#newAverage() : undefined;
  }

  /** Batches read so far. */
  get step(): number {
    return this.#step;
  }

  /** Units learned from so far. */
  get units(): number {
    return this.#units;
  }

  /** The step of the last measurement on the held-out part. */
  get evaluatedAt(): number {
    return this.#evaluatedAt;
  }

  /** Whether the held-out loss has not improved for so long that training is over. */
  get hasStopped(): boolean {
    return this.#hasStopped;
  }

  /** Bad steps in a row, up to the last one. */
  get badSteps(): number {
    return this.#divergence.badSteps;
  }

  get memoryBytes(): number {
    return this.#trainer.device.heap.use().totalBytes;
  }

  /** The batch that comes next. */
  get place(): BatchPlace {
    return {
      epoch: Math.floor(this.#step / this.batchesPerEpoch),
      batch: this.#step % this.batchesPerEpoch,
    };
  }

  /** Reads the next batch and learns from it. `progress` is the fraction of the training done. */
  async makeStep(progress: number): Promise<MadeStep> {
    const { epoch, batch } = this.place;
    const walked = await this.#trainer.walk({ epoch, batch });
    const place = { step: this.#step, epoch: this.#step / this.batchesPerEpoch, progress };
    const learningRate = this.#learningRate.rateAt(place) * this.#rateScale;
    this.#step += 1;
    const wrong = this.#divergence.observe(walked);
    if (wrong !== undefined) {
      const { trained, team } = this.#trainer;
      const culprit = culpritOf([...trained.keys()], [...trained.values()], team.gradients);
      const where = `at step ${this.#step} (batch ${batch + 1} of epoch ${epoch + 1})`;
      return { ...walked, learningRate, problem: `${where} ${wrong} and ${culprit}` };
    }
    await this.#trainer.update(walked.gradientNorm, learningRate);
    this.#average?.update();
    this.#units += walked.units;
    return { ...walked, learningRate, problem: undefined };
  }

  /** Goes on after a step that went wrong; says how. */
  async recover(how: "skip" | "rollback"): Promise<string> {
    if (how === "rollback" && this.#remembered) {
      const { tensors, state } = this.#remembered;
      this.#trainer.restore(tensors);
      // An average that began later has taken in what is left behind now.
      if (!state.average && this.#average) this.#average = this.#newAverage();
      this.#restoreAverage(tensors, state);
      this.#rateScale *= ROLLBACK_FACTOR;
      this.#trainer.forgetState();
      return `rolled back to step ${state.step} with ${this.#rateScale} times the learning rate`;
    }
    this.#trainer.forgetState();
    return "skipped";
  }

  /** Measures the model on the held-out part and hands it out if it is the best so far, or if there is nothing to measure on. */
  async *judge(): AsyncGenerator<AnyTrainingEvent, void, undefined> {
    this.#evaluatedAt = this.#step;
    const prepared = this.#prepared;
    const { model } = this.#trainer;
    if (!prepared.measure) {
      yield await this.#averaged(() => this.#modelEvent());
      return;
    }
    const { found, judgement, tensors, event } = await this.#averaged(async () => {
      const found = await lookedAt(model, () => prepared.measure!(model, "quick"));
      const judgement = judged(this.#task, found);
      if (!isBetter(judgement, this.#best?.found)) return { found, judgement };
      return { found, judgement, tensors: await model.stateDict(), event: await this.#modelEvent(found) };
    });
    yield { type: "eval", step: this.#step, best: tensors !== undefined, ...found };
    if (tensors) this.#best = { found: { step: this.#step, ...judgement }, tensors };
    if (event) yield event;
    const { value } = judgement;
    const stale =
      this.#task.judge.better === "less" ? "loss has stopped falling" : "figure has stopped rising";
    const note = (text: string) => ({ type: "note", step: this.#step, text }) as const;
    if (this.#learningRate.observe(value)) yield note(`the held-out ${stale}: the learning rate is reduced`);
    if (this.#settings.optimizer === "nt-asgd" && this.#trigger.observe(value)) {
      this.#average = this.#newAverage();
      yield note(`the held-out ${stale}: weights are averaged from here on`);
    }
    if (this.#stopping?.observe(value)) this.#hasStopped = true;
  }

  /**
   * At the end: measures the best model on the whole held-out part, hands it out with that figure, measures it on the test part if there
   * is one, and writes a last sample.
   */
  async *finish(): AsyncGenerator<AnyTrainingEvent, Finished, undefined> {
    const { model } = this.#trainer;
    let found: object | null = null;
    if (this.#best && this.#prepared.measure) {
      model.loadStateDict(this.#best.tensors);
      found = await lookedAt(model, () => this.#prepared.measure!(model, "whole"));
      yield await this.#modelEvent(found);
    }
    const test = await tested(this.#task, this.#prepared, model, this.#settings, found ?? undefined);
    if (this.#settings.sampleEvery > 0) yield* this.sample();
    return { evaluation: found, test };
  }

  /** What people see of the model, where the task shows something. */
  async *sample(): AsyncGenerator<AnyTrainingEvent, void, undefined> {
    if (!this.#prepared.sample) return;
    const generator = new Generator(this.#settings.seed).fork(SAMPLES).fork(this.#step);
    const text = await lookedAt(this.#trainer.model, () =>
      this.#prepared.sample!(this.#trainer.model, generator),
    );
    yield { type: "sample", step: this.#step, text };
  }

  /** Everything that is needed to go on from here, kept for rollbacks too. */
  async remember(): Promise<Checkpoint> {
    const { model, team } = this.#trainer;
    const tensors = {
      ...(await this.#trainer.tensors()),
      ...prefixed("best", this.#best?.tensors ?? {}),
      ...prefixed("average", this.#average ? await this.#average.stateDict() : {}),
    };
    const state: RunState = {
      task: this.#task.name,
      step: this.#step,
      place: this.place,
      units: this.#units,
      seconds: this.seconds,
      evaluatedAt: this.#evaluatedAt,
      best: this.#best?.found ?? null,
      places: [...model.dropoutPlaces().values()].map((place) => place.state()),
      learningRate: this.#learningRate.state(),
      rateScale: this.#rateScale,
      average: this.#average?.state() ?? null,
      trigger: this.#trigger.state(),
      stopping: this.#stopping?.state() ?? null,
      hasStopped: this.#hasStopped,
      divergence: this.#divergence.state(),
      settings: { ...this.#settings },
      threads: team.threads,
      ranks: this.#trainer.ranks,
      backend: this.#trainer.device.backend,
      sizes: this.#prepared.sizes ?? {},
      digest: null,
    };
    const checkpoint = { state, tensors };
    this.#keep(checkpoint);
    return checkpoint;
  }

  /** As `remember`, with what another run's data are noticed by. */
  async checkpoint(): Promise<Checkpoint> {
    const { state, tensors } = await this.remember();
    this.#digest ??= await this.#prepared.digest();
    return { state: { ...state, digest: this.#digest }, tensors };
  }

  /** Goes on from there; says in what it is another run than the checkpoint's. */
  async restore(checkpoint: Checkpoint): Promise<string | undefined> {
    const { state, tensors } = checkpoint;
    const { otherSettings, requireSameRun } = await import("./same-run.ts");
    await requireSameRun(state, this.#task, this.#prepared, this.#settings);
    this.#trainer.restore(tensors);
    const places = [...this.#trainer.model.dropoutPlaces().values()];
    for (const [index, place] of places.entries()) place.restore(state.places[index]);
    this.#learningRate.restore(state.learningRate);
    this.#trigger.restore(state.trigger);
    if (state.stopping) this.#stopping?.restore(state.stopping);
    this.#divergence.restore(state.divergence);
    this.#restoreAverage(tensors, state);
    this.#step = state.step;
    this.#units = state.units;
    this.seconds = state.seconds;
    this.#rateScale = state.rateScale;
    this.#evaluatedAt = state.evaluatedAt;
    this.#hasStopped = state.hasStopped;
    this.#best = state.best ? { found: state.best, tensors: tensorsBelow(tensors, "best") } : undefined;
    this.#keep(checkpoint);
    return otherSettings(state, this.#settings);
  }

  /** Only rollbacks need it, and it is as large as several models. */
  #keep(checkpoint: Checkpoint): void {
    if (this.#settings.onDivergence === "rollback") this.#remembered = checkpoint;
  }

  #newAverage(): WeightAverage {
    const { averageDecay: decay } = this.#settings;
    const parameters = this.#trainer.team.optimiser.parameters;
    return new WeightAverage(parameters, decay > 0 ? { kind: "exponential", decay } : { kind: "mean" });
  }

  #restoreAverage(tensors: StateDict, { average }: RunState): void {
    if (!average) return;
    this.#average ??= this.#newAverage();
    this.#average.restore(average);
    this.#average.loadStateDict(tensorsBelow(tensors, "average"));
  }

  /** Runs a callback with the averaged weights where there are any. */
  #averaged<Result>(body: () => Promise<Result>): Promise<Result> {
    return this.#average ? this.#average.withAverage(body) : body();
  }

  async #modelEvent(found?: object): Promise<AnyTrainingEvent> {
    const files: ModelFiles = await filesOf(
      this.#task,
      this.#prepared,
      this.#trainer.model,
      this.#settings,
      found,
    );
    return { type: "model", step: this.#step, files };
  }
}
