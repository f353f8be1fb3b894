import { requireAtLeastZero } from "./optimiser.ts";
import { Plateau, type PlateauState } from "./plateau.ts";
import { learningRateShare, PLATEAU_DEFAULTS, type Schedule, type TrainingPlace } from "./schedule.ts";

/** What a learning rate remembers of the held-out losses, as plain data. */
export interface LearningRateState {
  /** What plateaus have multiplied the rate by so far. */
  readonly reduction: number;
  readonly plateau: PlateauState;
}

/** The learning rate over a training: a full rate, a schedule, and reductions where the held-out loss stays high. */
export class LearningRate {
  readonly full: number;
  readonly schedule: Schedule;
  readonly #plateau: Plateau;
  #reduction = 1;

  /** @throws UnrolledError "invalid-argument" for a rate or a schedule that cannot be */
  constructor(full: number, schedule: Schedule = { kind: "constant" }) {
    requireAtLeastZero("LearningRate", "rate", full);
    learningRateShare(schedule, 0);
    const { patience = PLATEAU_DEFAULTS.patience } = schedule.kind === "plateau" ? schedule : {};
    this.full = full;
    this.schedule = schedule;
    this.#plateau = new Plateau("LearningRate", patience);
  }

  /** The rate for the step that follows a place in the training. */
  rateAt(place: TrainingPlace): number {
    return this.full * learningRateShare(this.schedule, place) * this.#reduction;
  }

  /** Takes a held-out loss in nats; true if the rate is lower from now on, which only a plateau schedule makes it. */
  observe(heldOutLossNats: number): boolean {
    if (this.schedule.kind !== "plateau" || !this.#plateau.observe(heldOutLossNats)) return false;
    this.#reduction *= this.schedule.factor ?? PLATEAU_DEFAULTS.factor;
    return true;
  }

  /** Where it stands, as JSON can hold it. */
  state(): LearningRateState {
    return { reduction: this.#reduction, plateau: this.#plateau.state() };
  }

  restore(state: LearningRateState): void {
    this.#reduction = state.reduction;
    this.#plateau.restore(state.plateau);
  }
}
