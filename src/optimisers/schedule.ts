import { UnrolledError } from "../errors.ts";

/** What every schedule may begin with: a linear rise to the full rate. */
export interface Warmup {
  /** Over this share of the training. */
  readonly warmup?: number;
  /** Over so many steps, instead. */
  readonly warmupSteps?: number;
}

/** How the learning rate changes while training, as plain data. */
export type Schedule = Warmup &
  (
    | { readonly kind: "constant" }
    /** Half a cosine from the full rate to `floor` of it (Loshchilov & Hutter 2017). */
    | { readonly kind: "cosine"; readonly floor?: number }
    /** Multiplied by `factor` after each `every` of the training (a fraction). */
    | { readonly kind: "step"; readonly every?: number; readonly factor?: number }
    /** Full for `from` epochs, then multiplied by `factor` at the beginning of each one (Zaremba et al. 2014: 4, ½). */
    | { readonly kind: "decay"; readonly from: number; readonly factor?: number }
    /** Multiplied by `factor` once the held-out loss has not improved for `patience` evaluations: see `LearningRate`. */
    | { readonly kind: "plateau"; readonly factor?: number; readonly patience?: number }
  );

/** How far a training is. */
export interface TrainingPlace {
  /** Steps made, from 0. */
  readonly step: number;
  /** Epochs gone by, from 0, with fractions. */
  readonly epoch: number;
  /** Fraction of the training done, from 0 to 1. */
  readonly progress: number;
}

/** What the rate is at a plateau schedule's start, and where nothing is said: by what a plateau multiplies it, and when. */
export const PLATEAU_DEFAULTS = { factor: 0.5, patience: 3 } as const;

/**
 * The share of the full learning rate at a place in the training, or at its `progress` alone. A warm-up rises in a line, and is
 * 0.005 of the training for a cosine, none otherwise. A cosine ends at `floor` (0.05); a step schedule multiplies by `factor`
 * (0.5) every 0.2 of the training; a decay multiplies by `factor` (0.5) at every epoch from the one after `from` on. What a plateau
 * takes away is not in it, since that depends on losses.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function learningRateShare(schedule: Schedule, at: TrainingPlace | number): number {
  const place = typeof at === "number" ? { step: 0, epoch: 0, progress: at } : at;
  for (const name of ["step", "epoch", "progress"] as const)
    requireThat(!Number.isNaN(place[name]), name, place[name], "a number");
  const { warmup = schedule.kind === "cosine" ? 0.005 : 0, warmupSteps = 0 } = schedule;
  requireThat(warmup >= 0 && warmup < 1, "warmup", warmup, "0 to below 1");
  requireThat(warmupSteps >= 0, "warmupSteps", warmupSteps, "at least 0");
  const done = Math.min(1, Math.max(0, place.progress));
  const share = shareAfterWarmup(schedule, place.epoch, done, warmupSteps > 0 ? 0 : warmup);
  if (warmupSteps > 0)
    return place.step < warmupSteps ? Math.max((place.step + 1) / (warmupSteps + 1), 0.01) * share : share;
  return done < warmup ? Math.max(done / warmup, 0.01) * share : share;
}

/** The share without the rise; a cosine begins where the warm-up ends. */
function shareAfterWarmup(schedule: Schedule, epoch: number, done: number, warmup: number): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "cosine": {
      const { floor = 0.05 } = schedule;
      requireThat(floor >= 0 && floor <= 1, "floor", floor, "0 to 1");
      return floor + (1 - floor) * raisedCosine(Math.max(0, done - warmup) / (1 - warmup));
    }
    case "step": {
      const { every = 0.2, factor = 0.5 } = schedule;
      requireThat(every > 0, "every", every, "more than 0");
      requireFactor(factor);
      let share = 1;
      for (let edge = every; edge <= done && edge < 1; edge += every) share *= factor;
      return share;
    }
    case "decay": {
      const { from, factor = 0.5 } = schedule;
      requireThat(from >= 0, "from", from, "at least 0");
      requireFactor(factor);
      // As often as an epoch from there on has begun, until nothing is left.
      const begun = factor === 1 ? 0 : Math.floor(epoch - from) + 1;
      let share = 1;
      for (let index = 0; index < begun && share > 0; index++) share *= factor;
      return share;
    }
    case "plateau": {
      const { factor = PLATEAU_DEFAULTS.factor } = schedule;
      requireFactor(factor);
      return 1;
    }
    default:
      throw new UnrolledError("invalid-argument", {
        call: "learningRateShare",
        problem: `schedule "${(schedule as Schedule).kind}" is not known`,
      });
  }
}

function requireFactor(factor: number): void {
  requireThat(factor > 0 && factor <= 1, "factor", factor, "more than 0, at most 1");
}

function requireThat(holds: boolean, argument: string, value: number, needed: string): void {
  if (!holds) {
    throw new UnrolledError("invalid-argument", {
      call: "learningRateShare",
      subject: argument,
      got: `${value}`,
      needed: needed,
    });
  }
}

/** ½(1 + cos πx) for x in [0, 1] from cos's series about ½: engines' own cosines differ in the last bit. */
function raisedCosine(x: number): number {
  const angle = Math.PI * (0.5 - x);
  const square = angle * angle;
  let term = angle;
  let sine = angle;
  for (let n = 3; n < 24; n += 2) {
    term *= -square / (n * (n - 1));
    sine += term;
  }
  return 0.5 * (1 + sine);
}
