// `unrolled/network`: networks as data, models that are opened and saved, sessions that take one step at a time.

export type { OnnxGraph } from "../formats/onnx/graph.ts";
export { GraphModel } from "../models/graph-model.ts";
export type { Model, ModelFormat, ModelSessionOptions, RunOptions } from "../models/model.ts";
export type { FileReader, ModelFiles } from "../models/model-files.ts";
export { NetworkModel } from "../models/network-model.ts";
export { carry, clearState, zeroState } from "../networks/carried-state.ts";
export { checkNetworkConfig } from "../networks/check-config.ts";
export type {
  ActivationLayerName,
  LayerConfig,
  NetworkConfig,
  NetworkInput,
  NetworkLayer,
  Returns,
} from "../networks/config.ts";
export { encoderDecoderParts } from "../networks/encoder-decoder-parts.ts";
export { importCell } from "../networks/import-cell.ts";
export { knowCell } from "../networks/known-kinds.ts";
export type { NetworkCall, NetworkResult, NetworkState } from "../networks/layered-network.ts";
export { Network } from "../networks/network.ts";
export { type NetworkData, networkData, networkFrom } from "../networks/network-data.ts";
export {
  type SequentialLayer,
  type SequentialModule,
  type SequentialOptions,
  sequential,
} from "../networks/sequential.ts";
export { type NetworkOfOptions, networkOf, type TracedCall } from "../networks/trace/network-of.ts";
export { type OpenedModel, type OpenModelOptions, openModel } from "../open/open-model.ts";
export type { TaskModel } from "../open/task-model.ts";
export type { ModelInput, ModelOutput, ModelValue } from "../session/model-value.ts";
export type {
  PooledSession,
  Session,
  SessionOptions,
  SessionPool,
  SessionPoolOptions,
  StepNumbers,
} from "../session/session.ts";
export type { SessionState } from "../session/session-state.ts";
export type {
  CategoryCondition,
  Condition,
  ConditionNumber,
  GivenCondition,
  NumberCondition,
} from "../tasks/language/condition/condition.ts";
export type { Prediction, PredictOptions } from "../tasks/language/model/generate-text.ts";
export { LanguageModel, type LanguageModelParts } from "../tasks/language/model/language-model.ts";
export type { LanguageModelConfig } from "../tasks/language/model/language-model-config.ts";
export {
  type LanguageModelNetworkOptions,
  languageModel,
} from "../tasks/language/model/language-model-network.ts";
export { languageModelOfNetwork } from "../tasks/language/model/language-model-of-network.ts";
