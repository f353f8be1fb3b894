import { UnrolledError } from "../errors.ts";
import type { StateDict } from "../layers/module.ts";
import { estimate, score } from "../models/evaluate.ts";
import type { Evaluation } from "../models/evaluation.ts";
import { modelFiles } from "../models/folder.ts";
import { LanguageModelSession } from "../models/session.ts";
import { EarlyStopping } from "../optimisers/early-stopping.ts";
import { LearningRate } from "../optimisers/learning-rate.ts";
import { NonMonotoneTrigger } from "../optimisers/non-monotone-trigger.ts";
import { WeightAverage } from "../optimisers/weight-average.ts";
import { Generator } from "../random/philox.ts";
import { type Checkpoint, prefixed, tensorsBelow } from "./checkpoint.ts";
import { culpritOf, DivergenceWatch } from "./divergence.ts";
import type { TrainingEvent } from "./events.ts";
import { scheduleOf } from "./prepare.ts";
import type { BestSoFar, RunState } from "./run-state.ts";
import { sampleText } from "./sample-text.ts";
import type { TrainingSettings } from "./settings.ts";
import type { Trainer, WalkedSequence } from "./trainer.ts";
import type { TrainingText } from "./training-text.ts";

/** Place of the samples among a seed's streams of random numbers. */
const SAMPLES = 1;
/** What a rollback multiplies the learning rate by, so that it does not end where it ended before. */
const ROLLBACK_FACTOR = 0.5;

/** A step as it was made, or what was wrong with it, in which case it has changed nothing but the place in the text. */
export interface MadeStep extends WalkedSequence {
  readonly learningRate: number;
  readonly problem: string | undefined;
}

/** A run as far as it has come: everything that a checkpoint holds, and what changes it. */
export class Run {
  readonly stepsPerEpoch: number;
  /** Seconds of training so far, over all times that it was resumed. */
  seconds = 0;
  readonly #trainer: Trainer;
  readonly #text: TrainingText;
  readonly #settings: TrainingSettings;
  readonly #learningRate: LearningRate;
  readonly #divergence: DivergenceWatch;
  readonly #stopping: EarlyStopping | undefined;
  readonly #trigger: NonMonotoneTrigger;
  readonly #session: LanguageModelSession;
  #average: WeightAverage | undefined;
  #step = 0;
  #tokens = 0;
  #rateScale = 1;
  #evaluatedAt = 0;
  #hasStopped = false;
  #best: (BestSoFar & { readonly tensors: StateDict }) | undefined;
  #remembered: Checkpoint | undefined;
  #epoch = -1;
  #streams: ReturnType<TrainingText["streams"]>;

  constructor(trainer: Trainer, text: TrainingText, settings: TrainingSettings, stepsPerEpoch: number) {
    this.#trainer = trainer;
    this.#text = text;
    this.#settings = settings;
    this.stepsPerEpoch = stepsPerEpoch;
    this.#learningRate = new LearningRate(settings.learningRate, scheduleOf(settings));
    this.#divergence = new DivergenceWatch(settings.divergenceFactor);
    this.#stopping = settings.earlyStopping > 0 ? new EarlyStopping(settings.earlyStopping) : undefined;
    this.#trigger = new NonMonotoneTrigger({ n: settings.asgdPatience });
    this.#session = new LanguageModelSession(trainer.model);
    this.#average = settings.averageDecay > 0 ? this.#newAverage() : undefined;
    this.#streams = text.streams(0);
  }

  /** Sequences read so far. */
  get step(): number {
    return this.#step;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** The step of the last measurement on the held-out text. */
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
    return this.#trainer.model.device.heap.use().totalBytes;
  }

  /** Reads the next sequence and learns from it. `progress` is the fraction of the training done. */
  async makeStep(progress: number): Promise<MadeStep> {
    const epoch = Math.floor(this.#step / this.stepsPerEpoch);
    if (epoch !== this.#epoch) this.#streams = this.#text.streams(epoch);
    this.#epoch = epoch;
    const sequence = this.#step % this.stepsPerEpoch;
    const walked = await this.#trainer.walk(this.#streams, sequence);
    const place = { step: this.#step, epoch: this.#step / this.stepsPerEpoch, progress };
    const learningRate = this.#learningRate.rateAt(place) * this.#rateScale;
    this.#step += 1;
    const wrong = this.#divergence.observe(walked);
    if (wrong !== undefined) {
      const { trained, team } = this.#trainer;
      const culprit = culpritOf([...trained.keys()], [...trained.values()], team.gradients);
      const where = `at step ${this.#step} (batch ${sequence + 1} of epoch ${epoch + 1})`;
      return { ...walked, learningRate, problem: `${where} ${wrong} and ${culprit}` };
    }
    await this.#trainer.update(walked.gradientNorm, learningRate);
    this.#average?.update();
    this.#tokens += walked.tokens;
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

  /** Measures the model on the held-out text and hands it out if it is the best so far, or if there is nothing to measure on. */
  async *judge(): AsyncGenerator<TrainingEvent, void, undefined> {
    this.#evaluatedAt = this.#step;
    const { heldOut, tokenizer } = this.#text;
    const { model } = this.#trainer;
    if (!heldOut) {
      yield await this.#averaged(() => this.#modelEvent());
      return;
    }
    const { found, tensors, event } = await this.#averaged(async () => {
      const found = await estimate(model, tokenizer, heldOut);
      // A loss that is no number is no best one either.
      if (!(found.lossNats < (this.#best?.lossNats ?? Number.POSITIVE_INFINITY))) return { found };
      return { found, tensors: await model.stateDict(), event: await this.#modelEvent(found) };
    });
    yield { type: "eval", step: this.#step, best: tensors !== undefined, ...found };
    if (tensors) this.#best = { step: this.#step, lossNats: found.lossNats, tensors };
    if (event) yield event;
    if (this.#learningRate.observe(found.lossNats))
      yield {
        type: "note",
        step: this.#step,
        text: "the held-out loss has stopped falling: the learning rate is reduced",
      };
    if (this.#settings.optimizer === "nt-asgd" && this.#trigger.observe(found.lossNats)) {
      this.#average = this.#newAverage();
      yield {
        type: "note",
        step: this.#step,
        text: "the held-out loss has stopped falling: weights are averaged from here on",
      };
    }
    if (this.#stopping?.observe(found.lossNats)) this.#hasStopped = true;
  }

  /** At the end: measures the best model on the whole held-out text, hands it out with that figure, and writes a last sample. */
  async *finish(): AsyncGenerator<TrainingEvent, Evaluation | null, undefined> {
    const { heldOut, tokenizer } = this.#text;
    const { model } = this.#trainer;
    let evaluation: Evaluation | null = null;
    if (this.#best && heldOut) {
      model.loadStateDict(this.#best.tensors);
      evaluation = await score(model, tokenizer, [heldOut]);
      yield await this.#modelEvent(evaluation);
    }
    if (this.#settings.sampleEvery > 0) yield await this.sample();
    return evaluation;
  }

  /** What the model would write after a line break. */
  async sample(): Promise<TrainingEvent> {
    const generator = new Generator(this.#settings.seed).fork(SAMPLES).fork(this.#step);
    const text = await sampleText(this.#session, this.#text.tokenizer, generator);
    return { type: "sample", step: this.#step, text };
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
      step: this.#step,
      tokens: this.#tokens,
      seconds: this.seconds,
      evaluatedAt: this.#evaluatedAt,
      best: this.#best ? { step: this.#best.step, lossNats: this.#best.lossNats } : null,
      places: [...model.dropoutPlaces().values()].map((place) => place.state()),
      learningRate: this.#learningRate.state(),
      rateScale: this.#rateScale,
      average: this.#average?.state() ?? null,
      trigger: this.#trigger.state(),
      stopping: this.#stopping?.state() ?? null,
      hasStopped: this.#hasStopped,
      divergence: this.#divergence.state(),
      threads: team.threads,
      backend: model.device.backend,
      textLength: this.#text.tokens.length,
      vocabularySize: this.#text.tokenizer.vocabularySize,
    };
    const checkpoint = { state, tensors };
    this.#keep(checkpoint);
    return checkpoint;
  }

  /** Goes on from there. */
  async restore(checkpoint: Checkpoint): Promise<void> {
    const { state, tensors } = checkpoint;
    requireSame("tokens to learn from", state.textLength, this.#text.tokens.length);
    requireSame("tokens in the vocabulary", state.vocabularySize, this.#text.tokenizer.vocabularySize);
    this.#trainer.restore(tensors);
    const places = [...this.#trainer.model.dropoutPlaces().values()];
    for (const [index, place] of places.entries()) place.restore(state.places[index]);
    this.#learningRate.restore(state.learningRate);
    this.#trigger.restore(state.trigger);
    if (state.stopping) this.#stopping?.restore(state.stopping);
    this.#divergence.restore(state.divergence);
    this.#restoreAverage(tensors, state);
    this.#step = state.step;
    this.#tokens = state.tokens;
    this.seconds = state.seconds;
    this.#rateScale = state.rateScale;
    this.#evaluatedAt = state.evaluatedAt;
    this.#hasStopped = state.hasStopped;
    this.#best = state.best ? { ...state.best, tensors: tensorsBelow(tensors, "best") } : undefined;
    this.#keep(checkpoint);
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

  async #modelEvent(evaluation?: Evaluation): Promise<TrainingEvent> {
    const { model } = this.#trainer;
    const { tokenizer } = this.#text;
    const trained = { model, tokenizer, training: { ...this.#settings } };
    const files = await modelFiles(evaluation ? { ...trained, evaluation } : trained);
    return { type: "model", step: this.#step, files };
  }
}

function requireSame(what: string, then: number, now: number): void {
  if (then !== now) {
    throw new UnrolledError(
      "invalid-argument",
      `train: the checkpoint is from a run with ${then} ${what}, now there are ${now}; it can go on only with the same text`,
    );
  }
}
