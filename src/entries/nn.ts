// `unrolled/nn`: modules, layers, cells, losses, and how to write one's own.

export type { Activation, ActivationName } from "../cells/activation.ts";
export { activationOption, activationsOption } from "../cells/activation-option.ts";
export { CELLS, type CellKind } from "../cells/cells.ts";
export type { CellModule } from "../cells/own-cells.ts";
export { type GateParameters, gateParameters } from "../cells/parameters.ts";
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
} from "../cells/spec.ts";
export type { Place, StatePlaces, Step, StepGradients } from "../cells/step.ts";
export {
  Attention,
  type AttentionCall,
  type AttentionOptions,
  type AttentionResult,
} from "../layers/attention.ts";
export {
  AttentionDecoder,
  type AttentionDecoderCall,
  type AttentionDecoderOptions,
  type AttentionDecoderResult,
} from "../layers/attention-decoder.ts";
export { BatchNorm1d, BatchNorm2d, type BatchNormOptions } from "../layers/batch-norm.ts";
export { ConvLSTM2d, type ConvLSTM2dOptions, type ConvLSTMState } from "../layers/conv-lstm.ts";
export {
  Conv1d,
  type Conv1dOptions,
  Conv2d,
  type Conv2dOptions,
  type ConvolutionLayerOptions,
} from "../layers/convolution.ts";
export {
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeOptions,
} from "../layers/convolution-transpose.ts";
export { Crf } from "../layers/crf.ts";
export { Dropout } from "../layers/dropout.ts";
export { Embedding } from "../layers/embedding.ts";
export { EmbeddingDropout } from "../layers/embedding-dropout.ts";
export { LayerNorm } from "../layers/layer-norm.ts";
export { Linear } from "../layers/linear.ts";
export { narrowWeights } from "../layers/narrow-weights.ts";
export { lastOutput, pool, type StepPooling, type StepsOptions } from "../layers/pool.ts";
export {
  AvgPool1d,
  AvgPool2d,
  type AvgPoolOptions,
  GlobalPool,
  MaxPool1d,
  MaxPool2d,
  type PoolOptions,
} from "../layers/pooling.ts";
export {
  type Connection,
  type SequenceLayer,
  Stack,
  type StackedLayer,
  type StackResult,
} from "../layers/stack.ts";
export { type TensorModule, TimeDistributed } from "../layers/time-distributed.ts";
export { type Unrolled, type UnrolledCell, type UnrollOptions, unroll } from "../layers/unroll.ts";
export {
  activationRegularization,
  temporalActivationRegularization,
} from "../losses/activation-regularization.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "../losses/binary-cross-entropy.ts";
export { cosineDistance } from "../losses/cosine-distance.ts";
export { type CrfLossOptions, type CrfScores, crfLoss, crfMarginals } from "../losses/crf-loss.ts";
export { type CrossEntropyOptions, crossEntropy } from "../losses/cross-entropy.ts";
export { ctcLoss } from "../losses/ctc-loss.ts";
export { customLoss, type NumericLoss } from "../losses/custom-loss.ts";
export { gaussianNLL } from "../losses/gaussian-nll.ts";
export { hinge } from "../losses/hinge.ts";
export { huber } from "../losses/huber.ts";
export { klDivergence } from "../losses/kl-divergence.ts";
export type { AlignmentLossOptions } from "../losses/labels.ts";
export { meanAbsolute } from "../losses/mean-absolute.ts";
export { meanSquare } from "../losses/mean-square.ts";
export { mixtureNLL } from "../losses/mixture-nll.ts";
export { negativeBinomialNLL } from "../losses/negative-binomial-nll.ts";
export { pinballLoss } from "../losses/pinball.ts";
export type { LossOptions } from "../losses/reduce-losses.ts";
export { studentTNLL } from "../losses/student-t-nll.ts";
export type { TransducerJoint } from "../losses/transducer-joint.ts";
export { transducerJointLoss } from "../losses/transducer-joint-loss.ts";
export { transducerLoss } from "../losses/transducer-loss.ts";
export { type Initialiser, initialise } from "../module/initialise.ts";
export { Module, Parameter, type StateDict } from "../module/module.ts";
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
export type { StepObserver } from "../recurrent/cell.ts";
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
} from "../recurrent/recurrent.ts";
export {
  type CellOptions,
  type CellState,
  GRUCell,
  LSTMCell,
  MGUCell,
  RecurrentCell,
  RNNCell,
} from "../recurrent/single-step.ts";
export type { NarrowPrecision } from "../tensor/storage.ts";
