import { UnrolledError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import { NetworkModel } from "../../models/network-model.ts";
import { LanguageModel } from "../../tasks/language/model/language-model.ts";
import type { Job } from "./job.ts";
import { Predictions } from "./predictions.ts";
import type { ChoicePiece, ModelFacts, Work } from "./protocol.ts";
import { ServedLanguage } from "./served-language.ts";
import { ServedListeners } from "./served-listeners.ts";
import { ServedSessions } from "./served-sessions.ts";
import { Stepped } from "./stepped.ts";
import { StreamedPredictions } from "./streamed-predictions.ts";

/** What is told of jobs. */
export interface ToldOfJobs {
  piece(job: Job, piece: ChoicePiece): void;
  done(job: Job, result: unknown): void;
  failed(job: Job, error: unknown): void;
}

/** A model with the work that there is to do on it. */
export class ServedModel {
  readonly facts: ModelFacts;
  readonly #stepped: Stepped | undefined;
  readonly #language: ServedLanguage | undefined;
  readonly #sessions: ServedSessions | undefined;
  readonly #model: Model;
  readonly #predictions: Predictions;
  readonly #streamed: StreamedPredictions;
  readonly #listeners: ServedListeners;
  readonly #told: ToldOfJobs;

  constructor(model: Model, maxActive: number, told: ToldOfJobs) {
    this.#told = told;
    this.#model = model;
    this.#predictions = new Predictions(model, told);
    this.#streamed = new StreamedPredictions(model, told);
    this.#listeners = new ServedListeners(model);
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
    return this.#predictions.size + this.#streamed.size + (this.#stepped?.size ?? 0) > 0;
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
        if (!this.#model.predict)
          throw new UnrolledError("invalid-argument", "this model was trained for no task that predicts");
        // What writes no text is told as a whole.
        (work.isStreamed && this.#model.tellsPieces ? this.#streamed : this.#predictions).begin(
          job,
          work.inputs,
        );
        return;
      case "listen":
      case "hear":
      case "stop-listening":
        this.#listeners.answer(work).then(
          (heard) => this.#told.done(job, heard),
          (error) => this.#told.failed(job, error),
        );
        return;
      default:
        if (!this.#sessions) {
          const problem = this.facts.streamProblem;
          throw new UnrolledError("invalid-argument", { problem: `this model has no sessions: ${problem}` });
        }
        this.#sessions.begin(job, work);
    }
  }

  /** One step of the streams. How many they were. */
  step(): number {
    return this.#stepped?.turn() ?? 0;
  }

  /** Answers to inputs that wait. How many they were. */
  predict(): Promise<number> | 0 {
    const waiting = [this.#predictions, this.#streamed].filter(({ size }) => size > 0);
    if (waiting.length === 0) return 0;
    return waiting.reduce(async (sum, each) => (await sum) + (await each.turn()), Promise.resolve(0));
  }

  close(): void {
    const error = new UnrolledError("aborted", "this model was closed");
    this.#stepped?.fail(error);
    this.#predictions.fail(error);
    this.#streamed.fail(error);
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
