import type { Dropout } from "../layers/dropout.ts";
import type { Embedding } from "../layers/embedding.ts";
import type { EmbeddingDropout } from "../layers/embedding-dropout.ts";
import type { Linear } from "../layers/linear.ts";
import {
  activationRegularization,
  requirePenalty,
  temporalActivationRegularization,
} from "../losses/activation-regularization.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { Module } from "../module/module.ts";
import { LayeredNetwork, type NetworkResult } from "../networks/layered-network.ts";
import type { Generator } from "../random/philox.ts";
import type { Recurrent, RecurrentState } from "../recurrent/recurrent.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";
import { add, scaled } from "../tensor/operations/arithmetic.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { LanguageModelConfig } from "./config.ts";
import { languageModel } from "./language-model-network.ts";

/** Penalties on what the last recurrent layer puts out (Merity, McCann & Socher 2017). */
export interface Penalties {
  /** α, of large outputs; 0 if not given. */
  readonly activationRegularization?: number;
  /** β, of outputs that change from step to step; 0 if not given. */
  readonly temporalActivationRegularization?: number;
}

/** What a sequence costs. */
export interface LanguageModelLoss {
  /** The cross-entropy with the penalties, shape [1], to be walked back. */
  readonly loss: Tensor;
  /** The cross-entropy alone, the mean over the targets, shape [1]. */
  readonly lossNats: Tensor;
  /** After the last step. */
  readonly state: RecurrentState;
}

/**
 * A language model: the network that `languageModel` describes, read as one. Its layers are the network's own, so that parameters and
 * places of dropout have the same names in both.
 */
export class LanguageModel extends Module {
  readonly device: Device;
  readonly config: LanguageModelConfig;
  readonly encoder: Embedding;
  readonly rnn: Recurrent;
  readonly decoder: Linear;
  readonly dropWords: EmbeddingDropout;
  readonly dropBefore: Dropout;
  readonly dropAfter: Dropout;
  readonly #network: LayeredNetwork;

  /** Embeddings are first drawn evenly from ±`embeddingRange`; √3 if not given, 0.1 where the decoder has the same weight. */
  constructor(
    device: Device,
    config: LanguageModelConfig,
    generator: Generator = device.generator,
    embeddingRange?: number | null,
  ) {
    super();
    const description = languageModel(config, { embeddingRange: embeddingRange ?? null });
    const network = new LayeredNetwork(device, description, { generator });
    const layer = <Kind extends Module>(name: string) => network.layers.get(name) as Kind;
    this.device = device;
    this.config = config;
    this.encoder = layer("encoder");
    this.rnn = layer("rnn");
    this.decoder = layer("decoder");
    this.dropBefore = layer("dropBefore");
    this.dropAfter = layer("dropAfter");
    this.dropWords = layer("dropWords");
    this.#network = network;
  }

  /** The network: token ids [T, B] to logits [T, B, V]. */
  get network(): LayeredNetwork {
    return this.#network;
  }

  /** Token ids [T, B] and a state to logits of the tokens after them [T, B, V] and the state after the last step. */
  forward(ids: Tensor, state?: RecurrentState): { logits: Tensor; state: RecurrentState } {
    const { outputs, state: after } = this.#read(ids, state);
    return { logits: outputs.logits, state: after.rnn };
  }

  /** What predicting targets [T, B] from token ids [T, B] and a state costs, with penalties to train with. */
  loss(ids: Tensor, targets: Tensor, state?: RecurrentState, penalties: Penalties = {}): LanguageModelLoss {
    const { activationRegularization: alpha = 0, temporalActivationRegularization: beta = 0 } = penalties;
    requirePenalty("activationRegularization", alpha);
    requirePenalty("temporalActivationRegularization", beta);
    const { outputs, values, state: after } = this.#read(ids, state);
    const lossNats = crossEntropy(outputs.logits, targets);
    let loss = lossNats;
    if (alpha > 0) loss = add(loss, scaled(activationRegularization(values.get("dropAfter")!), alpha));
    if (beta > 0) loss = add(loss, scaled(temporalActivationRegularization(values.get("rnn")!), beta));
    return { loss, lossNats, state: after.rnn };
  }

  #read(ids: Tensor, state?: RecurrentState): NetworkResult {
    return this.#network.forward({ ids }, state ? { state: { rnn: state } } : {});
  }

  /** A state of zeros for B streams that outlives scopes; carry it on with `carry`. */
  initialState(batch: number): RecurrentState {
    const { numLayers } = this.rnn;
    const { states } = cellOf(this.rnn).shape;
    return this.device.lasting(
      () =>
        Object.fromEntries(
          states.map(({ name, width }) => [name, zeros(this.device, [numLayers, batch, width])]),
        ) as RecurrentState & { readonly h: Tensor },
    );
  }
}

/** Copies a state into the one that is carried from sequence to sequence. */
export function carry(carried: RecurrentState, next: RecurrentState): void {
  for (const [name, part] of Object.entries(carried)) part.assign(next[name]);
}

/** Sets a carried state to zero. */
export function clearState(carried: RecurrentState): void {
  for (const part of Object.values(carried)) part.device.kernels.fill(part.offset, 0, part.size);
}
