import { UnrolledError } from "../errors.ts";

/** Where a count of evaluations without improvement stands, as plain data. */
export interface PlateauState {
  /** The lowest loss so far; null before the first. */
  readonly best: number | null;
  /** Evaluations since it, or since the last plateau. */
  readonly waited: number;
}

/** Says when a held-out loss has stopped falling: when `patience` evaluations one after the other were no better than the best. */
export class Plateau {
  readonly patience: number;
  #best: number | null = null;
  #waited = 0;

  constructor(call: string, patience: number) {
    if (!Number.isInteger(patience) || patience < 1) {
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "patience",
        got: `${patience}`,
        needed: "a whole number of at least 1",
      });
    }
    this.patience = patience;
  }

  /** Takes an evaluation; true where it completes a plateau, after which counting starts again. A loss that is not finite is no better. */
  observe(loss: number): boolean {
    if (loss < (this.#best ?? Number.POSITIVE_INFINITY)) {
      this.#best = loss;
      this.#waited = 0;
    } else this.#waited += 1;
    if (this.#waited < this.patience) return false;
    this.#waited = 0;
    return true;
  }

  state(): PlateauState {
    return { best: this.#best, waited: this.#waited };
  }

  restore(state: PlateauState): void {
    this.#best = state.best;
    this.#waited = state.waited;
  }
}
