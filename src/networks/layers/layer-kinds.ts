import type { LayerKind } from "../layer-kind.ts";
import { type ActivationLayerConfig, activation } from "./activation.ts";
import { type AddLayerConfig, add } from "./add.ts";
import { type AffineLayerConfig, affine } from "./affine.ts";
import { type AllStepsLayerConfig, allSteps } from "./all-steps.ts";
import { type AttentionLayerConfig, attention } from "./attention/attention.ts";
import { type AttentiveRecurrentLayerConfig, attentiveRecurrent } from "./attention/attentive-recurrent.ts";
import { type AverageLayerConfig, average } from "./average.ts";
import { type ColumnsLayerConfig, columns } from "./columns.ts";
import { type ConcatLayerConfig, concat } from "./concat.ts";
import { type CharacterConvLayerConfig, characterConv } from "./convolution/character-conv.ts";
import { type Conv1dLayerConfig, conv1d } from "./convolution/conv1d.ts";
import { type Conv2dLayerConfig, conv2d } from "./convolution/conv2d.ts";
import { type LookAheadLayerConfig, lookAhead } from "./convolution/look-ahead.ts";
import { type CrfLayerConfig, crf } from "./crf.ts";
import { type DropoutLayerConfig, dropout } from "./dropout.ts";
import { type EmbeddingLayerConfig, embedding } from "./embedding.ts";
import { type FinalStateLayerConfig, finalState } from "./final-state.ts";
import { type FlattenLayerConfig, flatten } from "./flatten.ts";
import { type GlobalPool1dLayerConfig, globalPool1d } from "./global-pool1d.ts";
import { type LayerNormLayerConfig, layerNorm } from "./layer-norm.ts";
import { type LinearLayerConfig, linear } from "./linear.ts";
import { type MaskedByLayerConfig, maskedBy } from "./masked-by.ts";
import { type MaskingLayerConfig, masking } from "./masking.ts";
import { type MatmulLayerConfig, matmul } from "./matmul.ts";
import { type MaxOverTimeLayerConfig, maxOverTime } from "./max-over-time.ts";
import { type MultiplyLayerConfig, multiply } from "./multiply.ts";
import { type Pool1dLayerConfig, pool1d } from "./pool1d.ts";
import { type RecurrentLayerConfig, recurrentKinds } from "./recurrent.ts";
import { type RepeatOverTimeLayerConfig, repeatOverTime } from "./repeat-over-time.ts";
import { type ReshapeLayerConfig, reshape } from "./reshape.ts";
import { type ReverseStepsLayerConfig, reverseSteps } from "./reverse-steps.ts";
import { type ScaleLayerConfig, scale } from "./scale.ts";
import { type SelectStepLayerConfig, selectStep } from "./select-step.ts";
import { type SoftmaxOverTimeLayerConfig, softmaxOverTime } from "./softmax-over-time.ts";
import { type SumLastLayerConfig, sumLast } from "./sum-last.ts";
import { type SwapAxesLayerConfig, swapAxes } from "./swap-axes.ts";
import { type TransducerJointLayerConfig, transducerJoint } from "./transducer-joint.ts";
import { type UntilEndsLayerConfig, untilEnds } from "./until-ends.ts";
import { type WordDropoutLayerConfig, wordDropout } from "./word-dropout.ts";
import { type ZeroMaskedLayerConfig, zeroMasked } from "./zero-masked.ts";

/** One layer and its sizes. Sequences are [B, T, …] unless a recurrent layer says `batchFirst: false`. */
export type LayerConfig =
  | EmbeddingLayerConfig
  | RecurrentLayerConfig
  | LinearLayerConfig
  | Conv1dLayerConfig
  | Conv2dLayerConfig
  | LayerNormLayerConfig
  | ActivationLayerConfig
  | DropoutLayerConfig
  | WordDropoutLayerConfig
  | MaskingLayerConfig
  | MaskedByLayerConfig
  | FlattenLayerConfig
  | ReshapeLayerConfig
  | AddLayerConfig
  | MultiplyLayerConfig
  | AverageLayerConfig
  | ConcatLayerConfig
  | ReverseStepsLayerConfig
  | Pool1dLayerConfig
  | GlobalPool1dLayerConfig
  | FinalStateLayerConfig
  | AffineLayerConfig
  | AttentionLayerConfig
  | AttentiveRecurrentLayerConfig
  | AllStepsLayerConfig
  | CharacterConvLayerConfig
  | ColumnsLayerConfig
  | CrfLayerConfig
  | LookAheadLayerConfig
  | MatmulLayerConfig
  | MaxOverTimeLayerConfig
  | RepeatOverTimeLayerConfig
  | ScaleLayerConfig
  | SelectStepLayerConfig
  | SoftmaxOverTimeLayerConfig
  | SumLastLayerConfig
  | SwapAxesLayerConfig
  | TransducerJointLayerConfig
  | UntilEndsLayerConfig
  | ZeroMaskedLayerConfig;

/** A description of each kind that `LayerConfig` has. */
export type LayerKinds = {
  readonly [Kind in LayerConfig["kind"]]: LayerKind<Extract<LayerConfig, { readonly kind: Kind }>>;
};

/** The kinds of layers by name: one row each. */
export const layerKinds: LayerKinds = {
  embedding,
  ...recurrentKinds,
  linear,
  conv1d,
  conv2d,
  "layer-norm": layerNorm,
  activation,
  dropout,
  "word-dropout": wordDropout,
  masking,
  "masked-by": maskedBy,
  flatten,
  reshape,
  add,
  multiply,
  average,
  concat,
  "reverse-steps": reverseSteps,
  pool1d,
  "global-pool1d": globalPool1d,
  "final-state": finalState,
  affine,
  attention,
  "attentive-recurrent": attentiveRecurrent,
  "all-steps": allSteps,
  "character-conv": characterConv,
  columns,
  crf,
  "look-ahead": lookAhead,
  matmul,
  "max-over-time": maxOverTime,
  "repeat-over-time": repeatOverTime,
  scale,
  "select-step": selectStep,
  "softmax-over-time": softmaxOverTime,
  "sum-last": sumLast,
  "swap-axes": swapAxes,
  "transducer-joint": transducerJoint,
  "until-ends": untilEnds,
  "zero-masked": zeroMasked,
};
