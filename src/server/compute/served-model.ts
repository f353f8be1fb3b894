import { UnrolledError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import { NetworkModel } from "../../models/network-model.ts";
import { LanguageModel } from "../../tasks/language/model/language-model.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Job } from "./job.ts";
import type { ChoicePiece, ModelFacts, Work } from "./protocol.ts";
import { ServedLanguage } from "./served-language.ts";
import { ServedSessions } from "./served-sessions.ts";
import { Stepped } from "./stepped.ts";

/** What is told of jobs. */
export interface ToldOfJobs {
  piece(job: Job, piece: ChoicePiece): void;
  done(job: Job, result: unknown): void;
  failed(job: Job, error: unknown): void;
}

interface Prediction {
  readonly job: Job;
  readonly inputs: readonly unknown[];
  readonly results: unknown[];
}

/** A model with the work that there is to do on it. */
export class ServedModel {
  readonly facts: ModelFacts;
  readonly #model: Model;
  readonly #told: ToldOfJobs;
  readonly #stepped: Stepped | undefined;
  readonly #language: ServedLanguage | undefined;
  readonly #sessions: ServedSessions | undefined;
  readonly #predictions = new FairQueue<Prediction>();

  constructor(model: Model, maxActive: number, told: ToldOfJobs) {
    this.#model = model;
    this.#told = told;
    let streamProblem: string | undefined;
    try {
      this.#stepped = new Stepped(model.pool(), maxActive, (job, error) => told.failed(job, error));
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      streamProblem = error.textFor();
    }
    if (model instanceof LanguageModel && this.#stepped)
      this.#language = new ServedLanguage(model, this.#stepped, told);
    if (this.#stepped)
      this.#sessions = new ServedSessions(this.#stepped, this.#language, (job, result) =>
        told.done(job, result),
      );
    this.facts = factsOf(model, streamProblem);
  }

  get isBusy(): boolean {
    return this.#predictions.size > 0 || (this.#stepped?.size ?? 0) > 0;
  }

  /** Takes work on; throws where it makes no sense. */
  begin(job: Job, work: Work): void {
    switch (work.kind) {
      case "complete": {
        if (!this.#language) throw noLanguage("complete");
        const { session } = work;
        const before = session === undefined ? undefined : this.#sessions!.get(session).beginning;
        this.#language.complete(job, work, before);
        return;
      }
      case "predict":
        this.#predictions.push(job.client, { job, inputs: work.inputs, results: [] });
        return;
      default:
        if (!this.#sessions) {
          const problem = this.facts.streamProblem;
          throw new UnrolledError("invalid-argument", { problem: `this model has no sessions: ${problem}` });
        }
        this.#sessions.begin(job, work);
    }
  }

  /** One step of the streams, and one prediction. How many streams stepped. */
  async turn(): Promise<number> {
    const rows = this.#stepped?.turn() ?? 0;
    this.#predictions.remove(({ job }) => !job.isOver);
    const next = this.#predictions.take();
    if (next) await this.#predict(next);
    return rows;
  }

  close(): void {
    const error = new UnrolledError("aborted", "this model was closed");
    this.#stepped?.fail(error);
    for (const { job } of this.#predictions.remove(() => false)) this.#told.failed(job, error);
  }

  /** One of the inputs; the rest wait for their turn. */
  async #predict(prediction: Prediction): Promise<void> {
    const { job, inputs, results } = prediction;
    try {
      if (results.length < inputs.length) results.push(await this.#answer(inputs[results.length]));
    } catch (error) {
      const index = inputs.length > 1 ? { place: `input ${results.length}` } : {};
      this.#told.failed(job, error instanceof UnrolledError ? error.within(index) : error);
      return;
    }
    if (results.length === inputs.length) this.#told.done(job, results);
    else this.#predictions.push(job.client, prediction);
  }

  /** What the task makes of an input; of a file's bytes, of the sound in it. */
  async #answer(input: unknown): Promise<unknown> {
    if (!this.#model.predict)
      throw new UnrolledError("invalid-argument", "this model was trained for no task that predicts");
    if (!(input instanceof Uint8Array)) return this.#model.predict(input as never);
    const { readWav } = await import("../../audio/read-wav.ts");
    const sound = readWav(input);
    const heard = (await this.#model.predict(sound as never)) as object;
    return { ...heard, durationSeconds: sound.channels[0].length / sound.sampleRateHz };
  }
}

function noLanguage(call: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call, problem: "this model is no language model" });
}

function factsOf(model: Model, streamProblem: string | undefined): ModelFacts {
  const config = model instanceof LanguageModel ? model.config : undefined;
  const condition = config?.condition;
  return {
    task: model.task,
    format: model.format,
    inputs: model.inputs,
    outputs: model.outputs,
    streamProblem,
    vocabularySize: config?.vocabularySize,
    categories: condition && "categories" in condition ? condition.categories : undefined,
    numbers: condition && "numbers" in condition ? condition.numbers.map(({ name }) => name) : undefined,
    parameters: model instanceof NetworkModel ? model.network.parameterCount() : undefined,
  };
}
