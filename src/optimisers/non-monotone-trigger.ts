// When to begin averaging: NT-ASGD, algorithm 1 of Merity, Keskar & Socher 2018. Every L steps a held-out loss v is taken and
// appended to a log; averaging begins once
//   t > n and v > min(log[0], …, log[t−n−1])        t losses being in the log before v,
// that is, once v is worse than the best of those that are more than n old. So the last n losses have a say in nothing, and one
// bad evaluation triggers nothing. This is the condition of the authors' program; the paper prints the minimum over the last n
// losses, which one bad evaluation would meet, against its own words that the loss must fail to improve for several cycles.
import { UnrolledError } from "../errors.ts";

/** The log of a trigger, as plain data. */
export interface NonMonotoneTriggerState {
  readonly evaluations: number;
  readonly log: readonly number[];
  readonly triggered: boolean;
}

/** Options of a trigger. */
export interface NonMonotoneTriggerOptions {
  /** n: how many of the last losses have no say; 5 if not given, the authors' choice. */
  readonly n?: number;
  /** Of so many evaluations one is logged: L in evaluations; 1 if not given. */
  readonly interval?: number;
}

/** Says when to change from plain to averaged stochastic gradient descent. Once it has triggered, it stays triggered. */
export class NonMonotoneTrigger {
  readonly n: number;
  readonly interval: number;
  #evaluations = 0;
  #log: number[] = [];
  #triggered = false;

  /** @throws UnrolledError "invalid-argument" unless n is a whole number and interval one of at least 1 */
  constructor({ n = 5, interval = 1 }: NonMonotoneTriggerOptions = {}) {
    for (const [name, value, least] of [
      ["n", n, 0],
      ["interval", interval, 1],
    ] as const) {
      if (Number.isInteger(value) && value >= least) continue;
      throw new UnrolledError("invalid-argument", {
        call: "NonMonotoneTrigger",
        subject: name,
        got: `${value}`,
        needed: `a whole number of at least ${least}`,
      });
    }
    this.n = n;
    this.interval = interval;
  }

  /** Whether averaging has been called for. */
  get triggered(): boolean {
    return this.#triggered;
  }

  /** Takes a held-out loss in nats; true if averaging is to begin now, once in its life. */
  observe(heldOutLossNats: number): boolean {
    this.#evaluations += 1;
    if (this.#triggered || this.#evaluations % this.interval !== 0) return false;
    // What is not finite is worse than all else; JSON has no word for it, so the largest number stands for it.
    const lossNats = Number.isFinite(heldOutLossNats) ? heldOutLossNats : Number.MAX_VALUE;
    const old = this.#log.slice(0, Math.max(0, this.#log.length - this.n));
    this.#triggered = old.some((loss) => lossNats > loss);
    this.#log.push(lossNats);
    return this.#triggered;
  }

  /** Where it stands, as JSON can hold it. */
  state(): NonMonotoneTriggerState {
    return { evaluations: this.#evaluations, log: [...this.#log], triggered: this.#triggered };
  }

  restore(state: NonMonotoneTriggerState): void {
    this.#evaluations = state.evaluations;
    this.#log = [...state.log];
    this.#triggered = state.triggered;
  }
}
