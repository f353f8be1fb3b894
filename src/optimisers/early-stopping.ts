import { Plateau, type PlateauState } from "./plateau.ts";

/** Ends a training whose held-out loss has not improved for `patience` evaluations (Prechelt 1998). */
export class EarlyStopping {
  readonly #plateau: Plateau;

  /** @throws UnrolledError "invalid-argument" unless patience is a whole number of at least 1 */
  constructor(patience: number) {
    this.#plateau = new Plateau("EarlyStopping", patience);
  }

  /** Takes a held-out loss in nats; true if it is time to stop. A loss that is NaN counts as no improvement. */
  observe(heldOutLossNats: number): boolean {
    return this.#plateau.observe(heldOutLossNats);
  }

  /** Where it stands, as JSON can hold it. */
  state(): PlateauState {
    return this.#plateau.state();
  }

  restore(state: PlateauState): void {
    this.#plateau.restore(state);
  }
}
