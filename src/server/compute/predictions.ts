// What a task's model says of inputs: those that wait, whosever they are, are computed together.
import type { Model } from "../../models/model.ts";
import { type Answer, Answers, type Asked, type ToldOfAnswers } from "./answers.ts";
import { FairQueue } from "./fair-queue.ts";
import { type FileInput, inputOfFile } from "./file-inputs.ts";
import type { Job } from "./job.ts";

/** Inputs that are computed together: enough for a product to reach its speed, few enough for nobody to wait long. */
const TOGETHER = 32;

interface Waiting {
  readonly asked: Asked;
  readonly place: number;
  readonly input: unknown;
}

export class Predictions {
  readonly #model: Model;
  readonly #told: ToldOfAnswers;
  readonly #answers: Answers;
  readonly #waiting = new FairQueue<Waiting>();

  constructor(model: Model, told: ToldOfAnswers) {
    this.#model = model;
    this.#told = told;
    this.#answers = new Answers(told);
  }

  /** Inputs that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  begin(job: Job, inputs: readonly unknown[]): void {
    const asked = this.#answers.ask(job, inputs.length);
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
    const answers = await this.#answered(together.map(({ input }) => input));
    for (const [at, { asked, place, input }] of together.entries())
      this.#answers.take(asked, place, answers[at], input);
    return together.length;
  }

  /** Everything ends with an error. */
  fail(error: unknown): void {
    for (const { asked } of this.#waiting.remove(() => false)) this.#told.failed(asked.job, error);
  }

  /** Where one of them cannot be answered, the others are, each by itself. */
  async #answered(inputs: readonly unknown[]): Promise<Answer[]> {
    try {
      return (await this.#predicted(inputs)).map((result) => ({ result }));
    } catch (error) {
      if (inputs.length === 1) return [{ error }];
      const answers: Answer[] = [];
      for (const input of inputs) answers.push(...(await this.#answered([input])));
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
