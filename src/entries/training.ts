// `unrolled/training`: `fit` and its metrics, tasks and their settings, threads, measurement.

export { accuracy, binaryAccuracy, type ClassMetricOptions } from "../metrics/accuracy.ts";
export { auc } from "../metrics/auc.ts";
export {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrap,
  type PairedInterval,
  pairedBootstrap,
} from "../metrics/bootstrap.ts";
export { type ConfusionMetric, confusion, type F1Options, f1 } from "../metrics/confusion.ts";
export type { CountedMetric } from "../metrics/counted-metric.ts";
export { editDistance, editDistanceRate, type Symbols } from "../metrics/edit-distance.ts";
export {
  forecastErrorScale,
  meanAbsoluteScaledError,
  quantileError,
  seasonalNaiveError,
  symmetricPercentageError,
} from "../metrics/forecast-errors.ts";
export type { Metric, MetricNumbers } from "../metrics/metric.ts";
export { perplexity } from "../metrics/perplexity.ts";
export {
  type AlignedPair,
  alignmentText,
  alignSequences,
} from "../metrics/recognition/align-sequences.ts";
export {
  type Confusion,
  type EditCounts,
  type ErrorRateMetric,
  type ErrorUnit,
  errorRate,
} from "../metrics/recognition/error-rate.ts";
export { meanAbsoluteError, rootMeanSquareError } from "../metrics/regression.ts";
export { sequenceAccuracy, tokenAccuracy } from "../metrics/sequence-accuracy.ts";
export { type Span, type SpanMetric, spanF1, spansOf } from "../metrics/span-f1.ts";
export {
  type BleuMetric,
  type BleuOptions,
  type BleuScore,
  bleu,
} from "../metrics/text/bleu.ts";
export type { BleuSmoothing, BleuTokenization } from "../metrics/text/bleu-kinds.ts";
export { type ChrfMetric, type ChrfOptions, chrf } from "../metrics/text/chrf.ts";
export type { ModelFiles } from "../models/model-files.ts";
export type { OptimiserConfig } from "../optimisers/create.ts";
export type { Schedule } from "../optimisers/schedule.ts";
export {
  flagOption,
  type GivenFor,
  listOption,
  numberOption,
  type Option,
  type OptionTable,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../options/option.ts";
export type { Evaluated } from "../parallel/evaluate-parts.ts";
export type {
  ModelOf,
  OptionsOf,
  Part,
  Replica,
  ReplicaFactory,
  ReplicaLoss,
  ReplicaModule,
  ShareOf,
} from "../parallel/replica.ts";
export type { Walked } from "../parallel/team.ts";
export type { TeamOptions, TeamStepOptions } from "../parallel/team-options.ts";
export type { TaskName } from "../tasks/find-task.ts";
export type { FitBatch } from "../tasks/fit/collate.ts";
export type {
  FitDefinition,
  FitLoss,
  FitLossOptions,
  FitMetric,
  FitModule,
  FitStep,
} from "../tasks/fit/definition.ts";
export type { Example, ExampleNumbers, ExamplePart, NumberKind } from "../tasks/fit/example.ts";
export type { ConditionedData, ConditionedText } from "../tasks/language/condition/conditioned-data.ts";
export { evaluateConditioned } from "../tasks/language/condition/evaluate-conditioned.ts";
export {
  type DynamicEvaluationOptions,
  evaluateDynamically,
} from "../tasks/language/evaluation/dynamic-evaluate.ts";
export { evaluate } from "../tasks/language/evaluation/evaluate.ts";
export type { Evaluation } from "../tasks/language/evaluation/evaluation.ts";
export type { PlainData, TrainingData } from "../tasks/language/language-data.ts";
export {
  type LanguageModelInputs,
  type LanguageModelLoss,
  languageLoss,
  type Penalties,
} from "../tasks/language/model/language-loss.ts";
export type { Budget, LoopSettings } from "../tasks/loop-settings.ts";
export {
  type Batch,
  type BatchPlace,
  type Beginning,
  batchOf,
  defineTask,
  type Prepared,
  type SettingsOf,
  type Task,
  type TaskModule,
} from "../tasks/task.ts";
export { Team } from "../tasks/team-of-shares.ts";
export type { EventFields, TrainingEvent } from "../training/events.ts";
export {
  findLearningRate,
  type LearningRateFound,
  type LearningRateRange,
} from "../training/find-learning-rate.ts";
export {
  defineFit,
  type FitEvent,
  type FitExamples,
  type FitModuleOptions,
  type FitOptions,
  type FitSettings,
  fit,
} from "../training/fit.ts";
export { logLine } from "../training/log-line.ts";
export {
  type MeasureRequest,
  measure,
  type Predicted,
  type PredictionOptions,
  predictions,
} from "../training/measure.ts";
export { type ProgressLine, progressLine } from "../training/progress-text.ts";
export { DEFAULT_SETTINGS, resolveSettings } from "../training/resolve-settings.ts";
export type { PartialSettings, TrainingSettings } from "../training/settings.ts";
export { type TrainRequest, train } from "../training/train.ts";
