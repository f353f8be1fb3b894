// What a task's model says of inputs: those that wait, whosever they are, are computed together.
import { UnrolledError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import { FairQueue } from "./fair-queue.ts";
import { asMistake, type FileInput, inputOfFile } from "./file-inputs.ts";
import type { Job } from "./job.ts";

/** Inputs that are computed together: enough for a product to reach its speed, few enough for nobody to wait long. */
const TOGETHER = 32;

/** What is told of jobs. */
export interface ToldOfAnswers {
  done(job: Job, results: readonly unknown[]): void;
  failed(job: Job, error: unknown): void;
}

/** A request's inputs, and the answers that there are. */
interface Asked {
  readonly job: Job;
  readonly results: unknown[];
  left: number;
}

interface Waiting {
  readonly asked: Asked;
  readonly place: number;
  readonly input: unknown;
}

type Answer = { readonly result: unknown } | { readonly error: unknown };

export class Predictions {
  readonly #model: Model;
  readonly #told: ToldOfAnswers;
  readonly #waiting = new FairQueue<Waiting>();

  constructor(model: Model, told: ToldOfAnswers) {
    this.#model = model;
    this.#told = told;
  }

  /** Inputs that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  begin(job: Job, inputs: readonly unknown[]): void {
    if (!this.#model.predict)
      throw new UnrolledError("invalid-argument", "this model was trained for no task that predicts");
    const asked = { job, results: new Array<unknown>(inputs.length), left: inputs.length };
    if (inputs.length === 0) this.#told.done(job, []);
    for (const [place, input] of inputs.entries()) this.#waiting.push(job.client, { asked, place, input });
  }

  /** Answers to those whose turn it is; how many they were. */
  async turn(): Promise<number> {
    this.#waiting.remove(({ asked }) => !asked.job.isOver);
    const together: Waiting[] = [];
    while (together.length < TOGETHER) {
      const next = this.#waiting.take();
      if (!next) break;
      together.push(next);
    }
    if (together.length === 0) return 0;
    const answers = await this.#answers(together.map(({ input }) => input));
    for (const [at, { asked, place }] of together.entries()) this.#take(asked, place, answers[at]);
    return together.length;
  }

  /** Everything ends with an error. */
  fail(error: unknown): void {
    for (const { asked } of this.#waiting.remove(() => false)) this.#told.failed(asked.job, error);
  }

  #take(asked: Asked, place: number, answer: Answer): void {
    const { job, results } = asked;
    if ("error" in answer) {
      const { error } = answer;
      const where = results.length > 1 ? { place: `input ${place}` } : {};
      this.#told.failed(job, error instanceof UnrolledError ? error.within(where) : error);
      return;
    }
    results[place] = answer.result;
    asked.left -= 1;
    if (asked.left === 0) this.#told.done(job, results);
  }

  /** Where one of them cannot be answered, the others are, each by itself. */
  async #answers(inputs: readonly unknown[]): Promise<Answer[]> {
    try {
      return (await this.#predicted(inputs)).map((result) => ({ result }));
    } catch (error) {
      if (inputs.length === 1) return [{ error: asMistake(error, inputs[0]) }];
      const answers: Answer[] = [];
      for (const input of inputs) answers.push(...(await this.#answers([input])));
      return answers;
    }
  }

  /** What the task makes of inputs; of a file's bytes, of what is in it. */
  async #predicted(inputs: readonly unknown[]): Promise<readonly unknown[]> {
    const read: FileInput[] = [];
    for (const input of inputs)
      read.push(
        input instanceof Uint8Array ? await inputOfFile(input, this.#model.task) : { input, more: {} },
      );
    const answers = await this.#all(read.map(({ input }) => input));
    return answers.map((answer, at) => ({ ...(answer as object), ...read[at].more }));
  }

  async #all(inputs: readonly unknown[]): Promise<readonly unknown[]> {
    const model = this.#model;
    if (model.predictAll) return model.predictAll(inputs as never[]);
    const answers: unknown[] = [];
    for (const input of inputs) answers.push(await model.predict!(input as never));
    return answers;
  }
}
