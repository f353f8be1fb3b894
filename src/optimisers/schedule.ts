import { UnrolledError } from "../errors.ts";

/** How the learning rate changes while training, as plain data. */
export type Schedule =
  | { readonly kind: "constant" }
  /** Half a cosine from the full rate to `floor` of it (Loshchilov & Hutter 2017). */
  | { readonly kind: "cosine"; readonly warmup?: number; readonly floor?: number }
  /** Multiplied by `factor` after each `every` of the training (a fraction). */
  | { readonly kind: "step"; readonly every?: number; readonly factor?: number };

/**
 * The share of the full learning rate at `progress`, the fraction of training done, from 0 to 1. A cosine starts with a linear
 * rise over `warmup` of the training (0.005) and ends at `floor` (0.05); a step schedule halves (`factor` 0.5) every 0.2.
 */
export function learningRateShare(schedule: Schedule, progress: number): number {
  requireThat(!Number.isNaN(progress), "progress", progress, "a number");
  const done = Math.min(1, Math.max(0, progress));
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "cosine": {
      const { warmup = 0.005, floor = 0.05 } = schedule;
      requireThat(warmup >= 0 && warmup < 1, "warmup", warmup, "0 to below 1");
      requireThat(floor >= 0 && floor <= 1, "floor", floor, "0 to 1");
      if (done < warmup) return Math.max(done / warmup, 0.01);
      return floor + (1 - floor) * raisedCosine((done - warmup) / (1 - warmup));
    }
    case "step": {
      const { every = 0.2, factor = 0.5 } = schedule;
      requireThat(every > 0, "every", every, "more than 0");
      requireThat(factor > 0 && factor <= 1, "factor", factor, "more than 0, at most 1");
      let share = 1;
      for (let edge = every; edge <= done && edge < 1; edge += every) share *= factor;
      return share;
    }
    default:
      throw new UnrolledError(
        "invalid-argument",
        `learningRateShare: schedule "${(schedule as Schedule).kind}" is not known`,
      );
  }
}

function requireThat(holds: boolean, argument: string, value: number, needed: string): void {
  if (!holds) {
    throw new UnrolledError(
      "invalid-argument",
      `learningRateShare: ${argument} is ${value}, needed ${needed}`,
    );
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
