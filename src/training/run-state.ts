import type { DropoutPlaceState } from "../layers/dropout-place.ts";
import type { LearningRateState } from "../optimisers/learning-rate.ts";
import type { NonMonotoneTriggerState } from "../optimisers/non-monotone-trigger.ts";
import type { PlateauState } from "../optimisers/plateau.ts";
import type { WeightAverageState } from "../optimisers/weight-average.ts";
import type { DivergenceState } from "./divergence.ts";

/** Everything of a run but its tensors, as plain data. The place in the text follows from the step. */
export interface RunState {
  readonly step: number;
  /** Tokens learned from, and the seconds that took. */
  readonly tokens: number;
  readonly seconds: number;
  /** The step of the last measurement on the held-out text. */
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
  /** What another thread count or backend is noticed by, and another text. */
  readonly threads: number;
  readonly backend: string;
  readonly textLength: number;
  readonly vocabularySize: number;
}

/** The best measurement so far. */
export interface BestSoFar {
  readonly step: number;
  readonly lossNats: number;
}
