import { UnrolledError } from "../errors.ts";
import type { Conv1d } from "../layers/convolution.ts";
import type { Dropout } from "../layers/dropout.ts";
import type { Embedding } from "../layers/embedding.ts";
import type { LayerNorm } from "../layers/layer-norm.ts";
import type { Linear } from "../layers/linear.ts";
import type { Module } from "../module/module.ts";
import type { Recurrent, RecurrentState } from "../recurrent/recurrent.ts";
import { add, multiply, scaled } from "../tensor/operations/arithmetic.ts";
import { concat, reshape, swapLastAxes } from "../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { activate } from "./activate.ts";
import type { LayerConfig, NetworkLayer } from "./config.ts";
import { bothMasks, type MaskedValue, maskOfIds, maskOfSteps, type StepMask } from "./mask.ts";
import { pooled, pooledOverAll, reversedSteps } from "./pool-steps.ts";
import { finalState, readSequences } from "./read-sequences.ts";
import { isRecurrent } from "./recurrent-axes.ts";

/** What a layer makes. */
export interface Applied {
  readonly value: MaskedValue;
  /** Of a recurrent layer, after each sequence's last step. */
  readonly state?: RecurrentState;
}

/** Runs one layer of a network on values whose shapes were checked. */
export function applyLayer(
  { name, config }: NetworkLayer,
  module: Module | undefined,
  values: readonly MaskedValue[],
  state: RecurrentState | undefined,
): Applied {
  if (isRecurrent(config)) return readSequences(config, module as Recurrent, values, state);
  const [first] = values;
  const { tensor: x, lengths, mask } = first;
  const tensors = values.map(({ tensor }) => tensor);
  const changed = (tensor: MaskedValue["tensor"]): Applied => ({ value: { tensor, lengths, mask } });
  switch (config.kind) {
    case "embedding": {
      const tensor = (module as Embedding).forward(x);
      const padding = config.maskZero ? maskOfIds(x) : undefined;
      return { value: { tensor, lengths, mask: bothMasks(mask, padding) } };
    }
    case "linear":
      return changed((module as Linear).forward(x));
    case "layer-norm":
      return changed((module as LayerNorm).forward(x));
    case "dropout":
      return changed((module as Dropout).forward(x));
    case "activation":
      return changed(activate(x, config.activation, config.alpha));
    case "masking": {
      const kept = maskOfSteps(x, config.value);
      return { value: { tensor: withoutSteps(x, kept), lengths, mask: bothMasks(mask, kept) } };
    }
    case "conv1d":
      return convolve(name, config, module as Conv1d, first);
    case "flatten":
      return { value: { tensor: reshape(x, [x.shape[0], -1]) } };
    case "reshape":
      return { value: { tensor: reshape(x, [x.shape[0], ...config.shape]) } };
    case "add":
      return { value: { ...shared(values), tensor: tensors.reduce(add) } };
    case "multiply":
      return { value: { ...shared(values), tensor: tensors.reduce(multiply) } };
    case "average":
      return { value: { ...shared(values), tensor: scaled(tensors.reduce(add), 1 / tensors.length) } };
    case "reverse-steps":
      requireOneLength(name, config.kind, first);
      return { value: { tensor: reversedSteps(x) } };
    case "pool1d":
      requireOneLength(name, config.kind, first);
      return { value: { tensor: pooled(config, x) } };
    case "global-pool1d":
      if (config.pool === "max") requireOneLength(name, config.kind, first);
      return { value: { tensor: pooledOverAll(config.pool, first) } };
    case "final-state":
      return { value: { tensor: finalState(config, first) } };
    case "concat": {
      const along = config.axis < 0 ? x.shape.length + config.axis : config.axis;
      const joined = concat(tensors, config.axis);
      return { value: along < 2 ? { tensor: joined } : { ...shared(values), tensor: joined } };
    }
  }
}

/** [B, T, C] as channels over time and back. Sequences that end elsewhere afterwards are not known to end anywhere. */
function convolve(
  name: string,
  { padding, stride }: Extract<LayerConfig, { readonly kind: "conv1d" }>,
  module: Conv1d,
  value: MaskedValue,
): Applied {
  const keepsSteps = padding !== "valid" && stride === 1;
  if (!keepsSteps) requireOneLength(name, "conv1d", value);
  return { value: { ...value, tensor: swapLastAxes(module.forward(swapLastAxes(value.tensor))) } };
}

/** Where a layer does not leave steps where they are, it cannot be said which count afterwards. */
function requireOneLength(name: string, kind: LayerConfig["kind"], { lengths, mask }: MaskedValue): void {
  if (!lengths && !mask) return;
  throw new UnrolledError(
    "invalid-argument",
    `network: layer ${name} (${kind}) moves or joins steps, so sequences of unequal length cannot pass it; needed all of one length`,
  );
}

/** Masked steps set to zero, as Keras hands them on. */
function withoutSteps(x: Tensor, { shape, kept }: StepMask): Tensor {
  if (!kept.includes(0)) return x;
  return multiply(x, tensor(x.device, kept, [...shape, ...x.shape.slice(2).map(() => 1)]));
}

/** What is known of the steps of values that are combined step by step: those count which count in all. */
function shared(values: readonly MaskedValue[]): Omit<MaskedValue, "tensor"> {
  return {
    lengths: values.find(({ lengths }) => lengths)?.lengths,
    mask: values.map(({ mask }) => mask).reduce(bothMasks, undefined),
  };
}
