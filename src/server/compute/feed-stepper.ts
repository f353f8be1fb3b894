import type { PooledSession } from "../../session/session.ts";
import type { Job } from "./job.ts";
import type { Stepper, StepRows } from "./stepped.ts";

/** What is fed: numbers by name, a row for each step, and how wide a row is. */
export interface FedRows {
  readonly steps: number;
  readonly inputs: Readonly<Record<string, { readonly data: ArrayLike<number>; readonly width: number }>>;
}

/** Feeds steps to a session, at least one, and gathers what the model says. */
export class FeedStepper implements Stepper {
  readonly job: Job;
  readonly session: PooledSession;
  readonly #rows: FedRows;
  readonly #said: (outputs: StepRows, row: number, step: number) => void;
  readonly #ended: (isWhole: boolean) => void;
  #step = 0;

  /** @param said is told each step's outputs, which it may see only then; ended: whether all steps were taken */
  constructor(
    job: Job,
    session: PooledSession,
    rows: FedRows,
    said: (outputs: StepRows, row: number, step: number) => void,
    ended: (isWhole: boolean) => void,
  ) {
    this.job = job;
    this.session = session;
    this.#rows = rows;
    this.#said = said;
    this.#ended = ended;
  }

  write(inputs: StepRows, row: number): void {
    for (const [name, { data, width }] of Object.entries(this.#rows.inputs)) {
      const from = this.#step * width;
      for (let at = 0; at < width; at++) inputs[name][row * width + at] = data[from + at];
    }
  }

  read(outputs: StepRows, row: number): boolean {
    this.#said(outputs, row, this.#step);
    this.#step += 1;
    return this.#step < this.#rows.steps;
  }

  end(): void {
    this.#ended(this.#step === this.#rows.steps);
  }
}
