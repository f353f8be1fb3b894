// What the settings of the loop say of optimiser and learning rate.
import type { OptimiserConfig } from "../optimisers/create.ts";
import type { Schedule } from "../optimisers/schedule.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";

/** NT-ASGD is stochastic gradient descent until averaging begins, and the same with averaged weights from then on. */
export function optimiserConfigOf({ optimizer, learningRate, weightDecay }: LoopSettings): OptimiserConfig {
  return { kind: optimizer === "nt-asgd" ? "sgd" : optimizer, learningRate, weightDecay };
}

export function scheduleOf(settings: LoopSettings): Schedule {
  const { lrSchedule: kind, lrWarmup, lrFactor: factor, lrDecayFrom: from, lrPatience: patience } = settings;
  const warmup = lrWarmup === null ? {} : { warmupSteps: lrWarmup };
  switch (kind) {
    case "constant":
    case "cosine":
      return { kind, ...warmup };
    case "step":
      return { kind, factor, ...warmup };
    case "decay":
      return { kind, from, factor, ...warmup };
    case "plateau":
      return { kind, factor, patience, ...warmup };
  }
}

/** Steps the run will have; null where only the time is given. */
export function totalStepsOf(settings: LoopSettings, stepsPerEpoch: number): number | null {
  const { budget } = settings;
  if ("steps" in budget) return budget.steps;
  if ("epochs" in budget)
    return Math.max(1, budget.leastSteps ?? 1, Math.round(budget.epochs * stepsPerEpoch));
  return null;
}

/** A run that does not say how often is measured after so many steps, */
const LONG_RUN_STEPS = 500;
/** a shorter one so many times, since a curve needs more than its end, */
const MEASUREMENTS = 10;
/** but not so often that measuring takes longer than learning. */
const LEAST_STEPS = 20;

/** Steps between two measurements on the held-out part where nothing is said: 500, or a tenth of a shorter run, but at least 20. */
export function stepsBetweenMeasurements(
  { budget }: LoopSettings,
  totalSteps: number | null,
  secondsPerStep: number,
): number {
  const limitSeconds = "minutes" in budget ? 60 * budget.minutes : 0;
  const steps = totalSteps ?? limitSeconds / secondsPerStep;
  return Math.min(LONG_RUN_STEPS, Math.max(LEAST_STEPS, Math.ceil(steps / MEASUREMENTS)));
}
