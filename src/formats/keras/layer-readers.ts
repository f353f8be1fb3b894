import { readAttention, readMultiHeadAttention } from "./attention-readers.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { LayerReader } from "./layer-context.ts";
import {
  readActivation,
  readBatchNormalization,
  readConv1D,
  readDense,
  readDropout,
  readEmbedding,
  readFlatten,
  readIdentity,
  readLayerNormalization,
  readMasking,
  readMerge,
  readPReLU,
  readReshape,
  timeDistributed,
} from "./plain-readers.ts";
import { readBidirectional, readRecurrent } from "./recurrent-readers.ts";
import { readGlobalPooling, readPooling, readRepeatVector } from "./step-readers.ts";

/** Layers that treat each step by itself, so that TimeDistributed changes nothing. */
const STEP_BY_STEP: Readonly<Record<string, LayerReader>> = {
  Dense: readDense,
  Dropout: readDropout,
  Activation: readActivation,
  ReLU: readActivation,
  LeakyReLU: readActivation,
  ELU: readActivation,
  Softmax: readActivation,
  PReLU: readPReLU,
  LayerNormalization: readLayerNormalization,
  BatchNormalization: readBatchNormalization,
};

/** What reads each class of layer. */
const READERS: Readonly<Record<string, LayerReader>> = {
  ...STEP_BY_STEP,
  SimpleRNN: readRecurrent,
  LSTM: readRecurrent,
  CuDNNLSTM: readRecurrent,
  GRU: readRecurrent,
  CuDNNGRU: readRecurrent,
  RNN: readRecurrent,
  Bidirectional: readBidirectional,
  TimeDistributed: (context) => {
    const inside = timeDistributed(context);
    if (!Object.hasOwn(STEP_BY_STEP, inside.className))
      throw new KerasProblem(
        `it wraps a layer of class ${inside.className}; only ${Object.keys(STEP_BY_STEP).join(", ")} are read there`,
      );
    return STEP_BY_STEP[inside.className](inside);
  },
  Attention: readAttention,
  AdditiveAttention: readAttention,
  MultiHeadAttention: readMultiHeadAttention,
  Embedding: readEmbedding,
  Conv1D: readConv1D,
  SpatialDropout1D: readIdentity,
  GaussianDropout: readIdentity,
  GaussianNoise: readIdentity,
  AlphaDropout: readIdentity,
  ActivityRegularization: readIdentity,
  MaxPooling1D: readPooling,
  AveragePooling1D: readPooling,
  GlobalMaxPooling1D: readGlobalPooling,
  GlobalAveragePooling1D: readGlobalPooling,
  RepeatVector: readRepeatVector,
  Masking: readMasking,
  Flatten: readFlatten,
  Reshape: readReshape,
  Concatenate: readMerge,
  Add: readMerge,
  Multiply: readMerge,
  Average: readMerge,
};

/** Keras' names of the layers that are read: all, and those that TimeDistributed may wrap. */
export const KERAS_LAYERS = { all: Object.keys(READERS), eachStep: Object.keys(STEP_BY_STEP) };

/** Where values enter a model. */
export const INPUT_CLASS = "InputLayer";

/** What reads a class of layer; undefined for one that is not known. */
export function layerReader(className: string): LayerReader | undefined {
  return Object.hasOwn(READERS, className) ? READERS[className] : undefined;
}
