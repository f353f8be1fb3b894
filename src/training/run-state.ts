import type { DropoutPlaceState } from "../module/dropout-place.ts";
import type { LearningRateState } from "../optimisers/learning-rate.ts";
import type { NonMonotoneTriggerState } from "../optimisers/non-monotone-trigger.ts";
import type { PlateauState } from "../optimisers/plateau.ts";
import type { WeightAverageState } from "../optimisers/weight-average.ts";
import type { BatchPlace } from "../tasks/task.ts";
import type { DivergenceState } from "./divergence.ts";
import type { Judged } from "./judging.ts";

/** Everything of a run but its tensors, as plain data. */
export interface RunState {
  /** The task's name. */
  readonly task: string;
  readonly step: number;
  /** The batch that comes next; null in checkpoints that do not say it, where it follows from the step. */
  readonly place: BatchPlace | null;
  /** Units learned from, and the seconds that took. */
  readonly units: number;
  readonly seconds: number;
  /** The step of the last measurement on the held-out part. */
  readonly evaluatedAt: number;
  readonly best: BestSoFar | null;
  readonly places: readonly (DropoutPlaceState | null)[];
  readonly learningRate: LearningRateState;
  /** What rollbacks have multiplied the rate by. */
  readonly rateScale: number;
  readonly average: WeightAverageState | null;
  readonly trigger: NonMonotoneTriggerState;
  readonly stopping: PlateauState | null;
  readonly hasStopped: boolean;
  readonly divergence: DivergenceState;
  /** What another batch size or learning rate is noticed by; missing in checkpoints that do not say it. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** What another thread count or backend is noticed by; ranks are missing in checkpoints that were made by one. */
  readonly threads: number;
  readonly ranks?: number | undefined;
  readonly backend: string;
  /** What other data are noticed by: their sizes, by what they are called, and their digest, null where it is not known. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly digest: string | null;
}

/** The best measurement so far: of the number that counts, less being better (what is better the more there is, is negative here). */
export interface BestSoFar extends Judged {
  readonly step: number;
}
