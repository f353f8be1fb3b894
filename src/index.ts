// The public surface, name by name; test/public-surface.test.ts holds it.

export type { Activation, ActivationName } from "./cells/activation.ts";
export { activationOption, activationsOption } from "./cells/activation-option.ts";
export { CELLS, type CellKind } from "./cells/cells.ts";
export { type GateParameters, gateParameters } from "./cells/parameters.ts";
export {
  type BoundCell,
  type CellOptionsOf,
  type CellShape,
  type CellSpec,
  defineCell,
  type FunctionOf,
  type ParameterShape,
  type StateShape,
  type StepEquation,
  type StepRow,
} from "./cells/spec.ts";
export type { Place, StatePlaces, Step, StepGradients } from "./cells/step.ts";
export { batches } from "./data/batches.ts";
export { padSequences } from "./data/pad-sequences.ts";
export { stratifiedSplit } from "./data/stratified-split.ts";
export { type TokenStreams, tokenStreams } from "./data/streams.ts";
export type { Tokenizer, TokenizerKind, TokenStream } from "./data/tokenizer.ts";
export { tokenizerFromJSON } from "./data/tokenizer-json.ts";
export { tokenizerTrainer } from "./data/tokenizer-trainer.ts";
export type { Tokens } from "./data/tokens.ts";
export { trainTokenizer } from "./data/train-tokenizer.ts";
export type { TokenizerTrainer, TokenizerTrainerOptions } from "./data/vocabularies/vocabulary.ts";
export { type GenerationEvent, generateTokens } from "./decoding/generate.ts";
export type { NextToken } from "./decoding/next-token.ts";
export { type SamplingOptions, sampleToken } from "./decoding/sampler.ts";
export {
  type ErrorCode,
  type ErrorFields,
  type ErrorText,
  type NamedOption,
  type TypedWord,
  UnrolledError,
} from "./errors.ts";
export { type BasicLSTMOptions, networkOfBasicLSTM } from "./formats/basic-lstm.ts";
export { type ReadKerasOptions, readKeras } from "./formats/keras/read-keras.ts";
export { writeKerasWeights } from "./formats/keras/write-keras-weights.ts";
export type { OnnxRecurrentNode } from "./formats/onnx/compile.ts";
export type { OnnxData, OnnxType } from "./formats/onnx/data-types.ts";
export type { OnnxGraph, OnnxValueInfo } from "./formats/onnx/graph.ts";
export type { OnnxInput, OnnxNumbers } from "./formats/onnx/graph-input.ts";
export { networkOfOnnx } from "./formats/onnx/network-of-onnx.ts";
export type { OnnxStream, OnnxStreamOptions } from "./formats/onnx/stream.ts";
export type { OnnxExternalData } from "./formats/onnx/tensor-proto.ts";
export type { OnnxValue } from "./formats/onnx/value.ts";
export { type OnnxOptions, writeOnnx } from "./formats/onnx/write-model.ts";
export { type PyTorchValue, readPyTorch } from "./formats/pytorch.ts";
export type { PyTorchTensor } from "./formats/pytorch-tensor.ts";
export {
  type ReadingOptions,
  readSafetensors,
  readStoredSafetensors,
  type SafetensorsTensor,
  type StoredSafetensor,
} from "./formats/safetensors.ts";
export { readShardedSafetensors } from "./formats/sharded-safetensors.ts";
export {
  networkOfStateDict,
  type StateDictNetworkOptions,
} from "./formats/state-dict/network-of-state-dict.ts";
export { stateDictOf } from "./formats/state-dict/state-dict-of.ts";
export type { StoredNumbers, StoredType } from "./formats/stored-numbers.ts";
export {
  type ReadTensorFlowJsOptions,
  readTensorFlowJs,
} from "./formats/tensorflow-js/read-tensorflow-js.ts";
export type { ReadShard } from "./formats/tensorflow-js/weights-manifest.ts";
export { type SafetensorsInput, writeSafetensors } from "./formats/write-safetensors.ts";
export type { HeapUse } from "./heap/heap.ts";
export type { BackendChoice, BackendName } from "./kernels/backend.ts";
export { BatchNorm1d, BatchNorm2d, type BatchNormOptions } from "./layers/batch-norm.ts";
export { ConvLSTM2d, type ConvLSTM2dOptions, type ConvLSTMState } from "./layers/conv-lstm.ts";
export {
  Conv1d,
  type Conv1dOptions,
  Conv2d,
  type Conv2dOptions,
  type ConvolutionLayerOptions,
} from "./layers/convolution.ts";
export {
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeOptions,
} from "./layers/convolution-transpose.ts";
export { Dropout } from "./layers/dropout.ts";
export { Embedding } from "./layers/embedding.ts";
export { EmbeddingDropout } from "./layers/embedding-dropout.ts";
export { LayerNorm } from "./layers/layer-norm.ts";
export { Linear } from "./layers/linear.ts";
export { narrowWeights } from "./layers/narrow-weights.ts";
export {
  AvgPool1d,
  AvgPool2d,
  type AvgPoolOptions,
  GlobalPool,
  MaxPool1d,
  MaxPool2d,
  type PoolOptions,
} from "./layers/pooling.ts";
export {
  type Connection,
  type SequenceLayer,
  Stack,
  type StackedLayer,
  type StackResult,
} from "./layers/stack.ts";
export { type TensorModule, TimeDistributed } from "./layers/time-distributed.ts";
export { type Unrolled, type UnrolledCell, type UnrollOptions, unroll } from "./layers/unroll.ts";
export {
  activationRegularization,
  temporalActivationRegularization,
} from "./losses/activation-regularization.ts";
export { binaryCrossEntropy, type CrossEntropyOptions, crossEntropy } from "./losses/cross-entropy.ts";
export { customLoss, type NumericLoss } from "./losses/custom-loss.ts";
export { meanSquare } from "./losses/mean-square.ts";
export { accuracy, binaryAccuracy, type ClassMetricOptions } from "./metrics/accuracy.ts";
export { auc } from "./metrics/auc.ts";
export { type ConfusionMetric, confusion, type F1Options, f1 } from "./metrics/confusion.ts";
export { editDistance, editDistanceRate, type Symbols } from "./metrics/edit-distance.ts";
export type { Metric, MetricNumbers } from "./metrics/metric.ts";
export { perplexity } from "./metrics/perplexity.ts";
export { meanAbsoluteError, rootMeanSquareError } from "./metrics/regression.ts";
export { type Span, type SpanMetric, spanF1, spansOf } from "./metrics/span-f1.ts";
export { GraphModel } from "./models/graph-model.ts";
export type { Model, ModelFormat, ModelSessionOptions, RunOptions } from "./models/model.ts";
export type { FileReader, ModelFiles } from "./models/model-files.ts";
export type { MadeBy } from "./models/network-folder.ts";
export { NetworkModel } from "./models/network-model.ts";
export { DropoutPlace, type DropoutPlaceState } from "./module/dropout-place.ts";
export { Module, ModuleBuffer, Parameter, type StateDict } from "./module/module.ts";
export { carry, clearState, zeroState } from "./networks/carried-state.ts";
export { checkNetworkConfig } from "./networks/check-config.ts";
export type {
  ActivationLayerName,
  LayerConfig,
  NetworkConfig,
  NetworkInput,
  NetworkLayer,
  Returns,
} from "./networks/config.ts";
export type { NetworkCall, NetworkResult, NetworkState } from "./networks/layered-network.ts";
export { Network } from "./networks/network.ts";
export { type NetworkData, networkData, networkFrom } from "./networks/network-data.ts";
export {
  type Sequential,
  type SequentialLayer,
  type SequentialOptions,
  sequential,
} from "./networks/sequential.ts";
export { type NetworkOfOptions, networkOf } from "./networks/trace/network-of.ts";
export { type OpenedModel, type OpenModelOptions, openModel } from "./open/open-model.ts";
export type { TaskModel } from "./open/task-model.ts";
export { Adam, type AdamOptions, AdamW } from "./optimisers/adam.ts";
export { clipGradNorm } from "./optimisers/clip.ts";
export type { OptimiserConfig } from "./optimisers/create.ts";
export { EarlyStopping } from "./optimisers/early-stopping.ts";
export { LearningRate, type LearningRateState } from "./optimisers/learning-rate.ts";
export {
  NonMonotoneTrigger,
  type NonMonotoneTriggerOptions,
  type NonMonotoneTriggerState,
} from "./optimisers/non-monotone-trigger.ts";
export { Optimiser } from "./optimisers/optimiser.ts";
export type { PlateauState } from "./optimisers/plateau.ts";
export { RMSprop, type RMSpropOptions } from "./optimisers/rmsprop.ts";
export { learningRateShare, type Schedule, type TrainingPlace } from "./optimisers/schedule.ts";
export { SGD, type SGDOptions } from "./optimisers/sgd.ts";
export {
  type AverageKind,
  type ElementRange,
  WeightAverage,
  type WeightAverageState,
} from "./optimisers/weight-average.ts";
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
} from "./options/option.ts";
export type { Part, Replica, ReplicaFactory, ReplicaLoss, ReplicaModule } from "./parallel/replica.ts";
export { Team, type TeamOptions, type TeamStepOptions, type Walked } from "./parallel/team.ts";
export type { ParameterChange } from "./parallel/thread-work.ts";
export { Generator } from "./random/philox.ts";
export type { StepObserver } from "./recurrent/cell.ts";
export {
  GRU,
  type GRUOptions,
  type LayerObserver,
  type LayerStates,
  LSTM,
  type LSTMOptions,
  MGU,
  type MGUOptions,
  Recurrent,
  type RecurrentCall,
  type RecurrentOptions,
  type RecurrentResult,
  type RecurrentState,
  RNN,
  type RNNOptions,
  UGRNN,
} from "./recurrent/recurrent.ts";
export {
  type CellOptions,
  type CellState,
  GRUCell,
  LSTMCell,
  MGUCell,
  RecurrentCell,
  RNNCell,
} from "./recurrent/single-step.ts";
export type { ModelInput, ModelOutput, ModelValue } from "./session/model-value.ts";
export type {
  PooledSession,
  Session,
  SessionOptions,
  SessionPool,
  SessionPoolOptions,
  StepNumbers,
} from "./session/session.ts";
export type { SessionState } from "./session/session-state.ts";
export type { TaskName } from "./tasks/find-task.ts";
export type { FitBatch } from "./tasks/fit/collate.ts";
export type { FitDefinition, FitLoss, FitMetric, FitModule, FitStep } from "./tasks/fit/definition.ts";
export type { Example, ExampleNumbers, ExamplePart, NumberKind } from "./tasks/fit/example.ts";
export { type DynamicEvaluationOptions, evaluateDynamically } from "./tasks/language/dynamic-evaluate.ts";
export { evaluate } from "./tasks/language/evaluate.ts";
export type { Evaluation } from "./tasks/language/evaluation.ts";
export {
  type GenerateTextOptions,
  generate,
  generateEvents,
  type Prediction,
  type PredictOptions,
} from "./tasks/language/generate-text.ts";
export type { GenerationConfig } from "./tasks/language/generation-config.ts";
export type { TrainingData } from "./tasks/language/language-data.ts";
export { type LanguageModelLoss, languageLoss, type Penalties } from "./tasks/language/language-loss.ts";
export { LanguageModel, type LanguageModelParts } from "./tasks/language/language-model.ts";
export type { LanguageModelConfig } from "./tasks/language/language-model-config.ts";
export { type LanguageModelNetworkOptions, languageModel } from "./tasks/language/language-model-network.ts";
export { languageModelOfNetwork } from "./tasks/language/language-model-of-network.ts";
export type { Budget, LoopSettings } from "./tasks/loop-settings.ts";
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
} from "./tasks/task.ts";
export { Device, type DeviceOptions, openDevice } from "./tensor/device.ts";
export type { NestedNumbers } from "./tensor/nested-numbers.ts";
export { add, divide, multiply, scaled, subtract } from "./tensor/operations/arithmetic.ts";
export { batchNorm, type ChannelMoments } from "./tensor/operations/batch-norm.ts";
export { chooseRows } from "./tensor/operations/choose-rows.ts";
export { type ConvolutionOptions, convolution } from "./tensor/operations/convolution.ts";
export {
  type ConvolutionTransposeOptions,
  convolutionTranspose,
} from "./tensor/operations/convolution-transpose.ts";
export {
  exp,
  log,
  negate,
  reciprocal,
  relu,
  sigmoid,
  sqrt,
  square,
  tanh,
} from "./tensor/operations/functions.ts";
export { type PadMode, pad } from "./tensor/operations/pad.ts";
export {
  type AveragePoolingOptions,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type PoolingOptions,
} from "./tensor/operations/pooling.ts";
export { linear, matmul } from "./tensor/operations/products.ts";
export { argmax, mean, sum, sumLast } from "./tensor/operations/reductions.ts";
export { gatherRows, logSoftmax, softmax } from "./tensor/operations/rows.ts";
export {
  columns,
  concat,
  narrow,
  reshape,
  select,
  stack,
  swapAxes,
  swapLastAxes,
} from "./tensor/operations/shapes.ts";
export type { WindowOptions } from "./tensor/operations/window.ts";
export type { NarrowPrecision } from "./tensor/storage.ts";
export { ints, Tensor, tensor, zeros } from "./tensor/tensor.ts";
export type { AnyTrainingEvent, EventFields, EventFieldsOf, TrainingEvent } from "./training/events.ts";
export {
  findLearningRate,
  type LearningRateFound,
  type LearningRateRange,
} from "./training/find-learning-rate.ts";
export {
  defineFit,
  type FitEvent,
  type FitExamples,
  type FitModuleOptions,
  type FitOptions,
  type FitSettings,
  fit,
} from "./training/fit.ts";
export {
  type MeasureRequest,
  measure,
  type Predicted,
  type PredictionOptions,
  predictions,
} from "./training/measure.ts";
export { type ProgressLine, progressLine } from "./training/progress-text.ts";
export { DEFAULT_SETTINGS, resolveSettings } from "./training/resolve-settings.ts";
export type { PartialSettings, TrainingSettings } from "./training/settings.ts";
export { type TrainRequest, train } from "./training/train.ts";
