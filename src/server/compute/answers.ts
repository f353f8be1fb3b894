// A request's answers, each to an input: it is done when it has all of them, and has failed with the first that cannot be answered.
import { UnrolledError } from "../../errors.ts";
import { asMistake } from "./file-inputs.ts";
import type { Job } from "./job.ts";

/** What is told of jobs. */
export interface ToldOfAnswers {
  done(job: Job, results: readonly unknown[]): void;
  failed(job: Job, error: unknown): void;
}

/** A request's inputs, and the answers that there are. */
export interface Asked {
  readonly job: Job;
  readonly results: unknown[];
  left: number;
}

export type Answer = { readonly result: unknown } | { readonly error: unknown };

export class Answers {
  readonly #told: ToldOfAnswers;

  constructor(told: ToldOfAnswers) {
    this.#told = told;
  }

  /** A request of so many inputs. */
  ask(job: Job, count: number): Asked {
    if (count === 0) this.#told.done(job, []);
    return { job, results: new Array<unknown>(count), left: count };
  }

  take(asked: Asked, place: number, answer: Answer, input?: unknown): void {
    const { job, results } = asked;
    if ("error" in answer) {
      const error = asMistake(answer.error, input);
      const where = results.length > 1 ? { place: `input ${place}` } : {};
      this.#told.failed(job, error instanceof UnrolledError ? error.within(where) : error);
      return;
    }
    results[place] = answer.result;
    asked.left -= 1;
    if (asked.left === 0) this.#told.done(job, results);
  }
}
