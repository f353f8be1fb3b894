// What a task's model says of inputs piece by piece. All that are being answered go on in turns, so that none waits for another's end.
import type { Model, PieceEvent } from "../../models/model.ts";
import { Answers, type Asked, type ToldOfAnswers } from "./answers.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Job } from "./job.ts";
import type { ChoicePiece } from "./protocol.ts";

/** How many are answered at a time. */
const TOGETHER = 32;

/** What is told of jobs, and of their pieces. */
export interface ToldOfPieces extends ToldOfAnswers {
  piece(job: Job, piece: ChoicePiece): void;
}

interface Waiting {
  readonly asked: Asked;
  readonly place: number;
  readonly input: unknown;
}

interface Running extends Waiting {
  readonly events: AsyncIterator<PieceEvent>;
}

export class StreamedPredictions {
  readonly #model: Model;
  readonly #told: ToldOfPieces;
  readonly #answers: Answers;
  readonly #waiting = new FairQueue<Waiting>();
  #running: Running[] = [];

  constructor(model: Model, told: ToldOfPieces) {
    this.#model = model;
    this.#told = told;
    this.#answers = new Answers(told);
  }

  /** Inputs that have no answer yet. */
  get size(): number {
    return this.#waiting.size + this.#running.length;
  }

  begin(job: Job, inputs: readonly unknown[]): void {
    const asked = this.#answers.ask(job, inputs.length);
    for (const [place, input] of inputs.entries()) this.#waiting.push(job.client, { asked, place, input });
  }

  /** The next piece of each that is being answered; how many they were. */
  async turn(): Promise<number> {
    this.#waiting.remove(({ asked }) => !asked.job.isOver);
    while (this.#running.length < TOGETHER) {
      const next = this.#waiting.take();
      if (!next) break;
      const events = this.#model.predictEvents!(next.input as never)[Symbol.asyncIterator]();
      this.#running.push({ ...next, events });
    }
    const running = this.#running;
    this.#running = [];
    for (const each of running) if (await this.#goOn(each)) this.#running.push(each);
    return running.length;
  }

  /** Everything ends with an error. */
  fail(error: unknown): void {
    const all = [...this.#waiting.remove(() => false), ...this.#running];
    this.#running = [];
    for (const { asked } of all) this.#told.failed(asked.job, error);
  }

  /** Whether there is more to come. */
  async #goOn({ asked, place, input, events }: Running): Promise<boolean> {
    const { job } = asked;
    if (job.isOver) {
      await events.return?.();
      return false;
    }
    try {
      const { value, done } = await events.next();
      if (done) return false;
      if (value.type === "text") this.#told.piece(job, { choice: place, text: value.text });
      else this.#answers.take(asked, place, { result: value.answer });
      return value.type === "text";
    } catch (error) {
      this.#answers.take(asked, place, { error }, input);
      return false;
    }
  }
}
