// `unrolled/optim`: optimisers, clipping, a training step, learning rates over time, averages of weights, early stopping.

export { Adam, type AdamOptions, AdamW } from "../optimisers/adam.ts";
export { clipGradNorm } from "../optimisers/clip.ts";
export type { OptimiserConfig } from "../optimisers/create.ts";
export { EarlyStopping } from "../optimisers/early-stopping.ts";
export { LearningRate, type LearningRateState } from "../optimisers/learning-rate.ts";
export {
  NonMonotoneTrigger,
  type NonMonotoneTriggerOptions,
  type NonMonotoneTriggerState,
} from "../optimisers/non-monotone-trigger.ts";
export { Optimiser } from "../optimisers/optimiser.ts";
export { RMSprop, type RMSpropOptions } from "../optimisers/rmsprop.ts";
export type { Schedule } from "../optimisers/schedule.ts";
export { SGD, type SGDOptions } from "../optimisers/sgd.ts";
export {
  type ReadLoss,
  type TrainingStep,
  type TrainingStepOptions,
  trainingStep,
} from "../optimisers/training-step.ts";
export { type AverageKind, WeightAverage, type WeightAverageState } from "../optimisers/weight-average.ts";
