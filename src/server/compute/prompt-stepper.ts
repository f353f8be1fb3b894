import type { PooledSession } from "../../session/session.ts";
import type { ConditionRow } from "../../tasks/language/condition/condition-row.ts";
import { rowOf, writeRow } from "./choice-stepper.ts";
import type { Job } from "./job.ts";
import type { Stepper, StepRows } from "./stepped.ts";

/** Reads the tokens of a prompt, at least one. */
export class PromptStepper implements Stepper {
  readonly job: Job;
  readonly session: PooledSession;
  readonly #ids: ArrayLike<number>;
  readonly #condition: ConditionRow | undefined;
  readonly #width: number;
  readonly #each: ((logits: Float32Array, at: number) => void) | undefined;
  readonly #last: (logits: Float32Array) => void;
  #at = 0;
  #isRead = false;

  /** @param each is told the logits after each token, `last` those after the last; both only see them then */
  constructor(
    { job, session, ids, condition, width }: PromptStart,
    last: (logits: Float32Array) => void,
    each?: (logits: Float32Array, at: number) => void,
  ) {
    this.job = job;
    this.session = session;
    this.#ids = ids;
    this.#condition = condition;
    this.#width = width;
    this.#each = each;
    this.#last = last;
  }

  write(inputs: StepRows, row: number): void {
    inputs.ids[row] = this.#ids[this.#at];
    writeRow(inputs.condition, this.#condition, row);
  }

  read({ logits }: StepRows, row: number): boolean {
    const own = rowOf(logits as Float32Array, this.#width, row);
    this.#each?.(own, this.#at);
    this.#at += 1;
    if (this.#at < this.#ids.length) return true;
    this.#isRead = true;
    this.#last(own);
    return false;
  }

  /** Whoever has read the prompt goes on with its session. */
  end(): void {
    if (!this.#isRead) this.session.close();
  }
}

/** What is read, and where. */
export interface PromptStart {
  readonly job: Job;
  readonly session: PooledSession;
  readonly ids: ArrayLike<number>;
  readonly condition: ConditionRow | undefined;
  readonly width: number;
}
