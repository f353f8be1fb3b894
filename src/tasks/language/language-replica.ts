import { carry, clearState, zeroState } from "../../networks/carried-state.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Replica } from "../../parallel/replica.ts";
import type { Device } from "../../tensor/device.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import { languageLoss, type Penalties } from "./model/language-loss.ts";
import type { LanguageModelConfig } from "./model/language-model-config.ts";
import { languageModel } from "./model/language-model-network.ts";

/** What each thread's language model is made from. */
export interface LanguageModelReplicaOptions {
  readonly config: LanguageModelConfig;
  readonly penalties: Penalties;
  /** Embeddings are first drawn evenly from ± this; null: as the model does by itself. */
  readonly embeddingRange: number | null;
}

/** A thread's columns of a batch: tokens [T, rows] and the tokens after them. */
export interface LanguageModelShare {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  /** For a model with a condition: the ids of categories [T, rows], or rows of N + 1 numbers [T, rows, N + 1]. */
  readonly conditions?: Int32Array | Float32Array;
  readonly steps: number;
  /** Whether the state before the first step is zero: at an epoch's start. */
  readonly startsAnew: boolean;
}

/** A language model with the state that truncated backpropagation through time carries from sequence to sequence. */
export interface LanguageModelReplica extends Replica<LanguageModelShare> {
  readonly model: LayeredNetwork;
}

/** One thread's language model. Parallel streams are its rows. */
export function languageModelReplica(
  device: Device,
  { config, penalties, embeddingRange }: LanguageModelReplicaOptions,
  rows: number,
): LanguageModelReplica {
  const model = new LayeredNetwork(device, languageModel(config, { embeddingRange }));
  const state = zeroState(model, Math.max(1, rows));
  return {
    model,
    carried: state.rnn,
    loss({ inputs, targets, conditions, steps, startsAnew }) {
      if (startsAnew) clearState(state);
      const shape = [steps, rows] as const;
      const before = {
        ids: ints(device, inputs, shape),
        ...(conditions ? { condition: conditionTensor(device, conditions, shape) } : {}),
      };
      const {
        loss,
        lossNats,
        state: next,
      } = languageLoss(model, before, ints(device, targets, shape), state, penalties);
      // The forward pass has copied what it began with, so going back does not need it.
      carry(state, next);
      return { loss, measured: lossNats };
    },
  };
}

/** Conditions of steps as the network reads them: ids [T, B], or numbers [T, B, N + 1]. */
export function conditionTensor(
  device: Device,
  conditions: Int32Array | Float32Array,
  shape: readonly [steps: number, rows: number],
): Tensor {
  if (conditions instanceof Int32Array) return ints(device, conditions, shape);
  return tensor(device, conditions, [...shape, conditions.length / (shape[0] * shape[1])]);
}
