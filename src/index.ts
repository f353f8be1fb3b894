// `unrolled`: what a newcomer needs. The rest stands by subject in entries/, a file for each `unrolled/…`; docs/reference describes them all.

export type { Tokenizer } from "./data/tokenizers/tokenizer.ts";
export { trainTokenizer } from "./data/tokenizers/train-tokenizer.ts";
export { type ErrorCode, type ErrorFields, type ErrorText, UnrolledError } from "./errors.ts";
export type { HeapUse } from "./heap/heap.ts";
export type { BackendChoice, BackendName } from "./kernels/backend.ts";
export { Dropout } from "./layers/dropout.ts";
export { Embedding } from "./layers/embedding.ts";
export { LayerNorm } from "./layers/layer-norm.ts";
export { Linear } from "./layers/linear.ts";
export { narrowWeights } from "./layers/narrow-weights.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./losses/binary-cross-entropy.ts";
export { type CrossEntropyOptions, crossEntropy } from "./losses/cross-entropy.ts";
export { meanSquare } from "./losses/mean-square.ts";
export type { LossOptions } from "./losses/reduce-losses.ts";
export { accuracy } from "./metrics/accuracy.ts";
export { f1 } from "./metrics/confusion.ts";
export type { Metric } from "./metrics/metric.ts";
export type { Model } from "./models/model.ts";
export type { ModelFiles } from "./models/model-files.ts";
export { NetworkModel } from "./models/network-model.ts";
export { Module, Parameter, type StateDict } from "./module/module.ts";
export type { NetworkConfig } from "./networks/config.ts";
export type { NetworkResult, NetworkState } from "./networks/layered-network.ts";
export { Network } from "./networks/network.ts";
export { type SequentialLayer, type SequentialModule, sequential } from "./networks/sequential.ts";
export { type NetworkOfOptions, networkOf } from "./networks/trace/network-of.ts";
export { type OpenedModel, type OpenModelOptions, openModel } from "./open/open-model.ts";
export { Adam, type AdamOptions, AdamW } from "./optimisers/adam.ts";
export { clipGradNorm } from "./optimisers/clip.ts";
export { SGD, type SGDOptions } from "./optimisers/sgd.ts";
export { Generator, type GeneratorState } from "./random/philox.ts";
export {
  GRU,
  type GRUOptions,
  LSTM,
  type LSTMOptions,
  type RecurrentResult,
  type RecurrentState,
  RNN,
  type RNNOptions,
} from "./recurrent/recurrent.ts";
export type { ModelInput, ModelOutput, ModelValue } from "./session/model-value.ts";
export type { PooledSession, Session, SessionPool } from "./session/session.ts";
export type { SessionState } from "./session/session-state.ts";
export type { FitDefinition, FitMetric } from "./tasks/fit/definition.ts";
export type { Example } from "./tasks/fit/example.ts";
export { evaluate } from "./tasks/language/evaluation/evaluate.ts";
export type { Evaluation } from "./tasks/language/evaluation/evaluation.ts";
export { type GenerateTextOptions, generate, type Prediction } from "./tasks/language/model/generate-text.ts";
export { LanguageModel } from "./tasks/language/model/language-model.ts";
export type { LanguageModelConfig } from "./tasks/language/model/language-model-config.ts";
export { languageModel } from "./tasks/language/model/language-model-network.ts";
export { defineTask, type Task } from "./tasks/task.ts";
export { Device, type DeviceOptions, openDevice } from "./tensor/device.ts";
export type { NestedNumbers } from "./tensor/nested-numbers.ts";
export type { NarrowPrecision } from "./tensor/storage.ts";
export { ints, Tensor, tensor, zeros } from "./tensor/tensor.ts";
export type { TrainingEvent } from "./training/events.ts";
export { defineFit, type FitEvent, type FitOptions, fit } from "./training/fit.ts";
export { measure, type Predicted, predictions } from "./training/measure.ts";
export type { PartialSettings, TrainingSettings } from "./training/settings.ts";
export { type TrainRequest, train } from "./training/train.ts";
