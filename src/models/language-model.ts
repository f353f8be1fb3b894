import { Dropout } from "../layers/dropout.ts";
import { Embedding } from "../layers/embedding.ts";
import { EmbeddingDropout } from "../layers/embedding-dropout.ts";
import { Linear } from "../layers/linear.ts";
import {
  activationRegularization,
  requirePenalty,
  temporalActivationRegularization,
} from "../losses/activation-regularization.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { Module, requireRoom } from "../module/module.ts";
import { parameterCount } from "../networks/parameter-shapes.ts";
import type { Generator } from "../random/philox.ts";
import { GRU, LSTM, type Recurrent, type RecurrentState, RNN } from "../recurrent/recurrent.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";
import { add, scaled } from "../tensor/operations/arithmetic.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { checkConfig, dropoutRates, type LanguageModelConfig } from "./config.ts";
import { networkOfLanguageModel } from "./network-of-language-model.ts";

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
 * Predicts the next token: embedding, recurrent layers, linear decoder (Mikolov et al. 2010; regularised as in Zaremba et al.
 * 2014, Gal & Ghahramani 2016 and Merity, Keskar & Socher 2018). Parameters: `encoder.weight` [V, E], `rnn.*` as in PyTorch, `decoder.weight` [V, H], `decoder.bias` [V].
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

  /** Embeddings are first drawn evenly from ±`embeddingRange`; √3 if not given, 0.1 where the decoder has the same weight. */
  constructor(
    device: Device,
    config: LanguageModelConfig,
    generator: Generator = device.generator,
    embeddingRange?: number | null,
  ) {
    super();
    checkConfig(config);
    requireRoom("language model", parameterCount(networkOfLanguageModel(config)));
    const { vocabularySize, embeddingSize, hiddenSize } = config;
    this.device = device;
    this.config = config;
    // A weight that is the decoder's too has to start small, or the first predictions are wild guesses (Press & Wolf 2017 use 0.1).
    const bound = embeddingRange ?? (config.tieWeights ? 0.1 : Math.sqrt(3));
    this.encoder = new Embedding(device, { vocabularySize, embeddingSize, bound, generator });
    this.rnn = recurrentOf(device, config, generator);
    this.decoder = new Linear(device, {
      inputSize: hiddenSize,
      outputSize: vocabularySize,
      generator,
      ...(config.tieWeights ? { weight: this.encoder.weight } : {}),
    });
    const rates = dropoutRates(config);
    const options = { generator, locked: config.lockedDropout ?? false };
    this.dropBefore = new Dropout(rates.input, options);
    this.dropAfter = new Dropout(rates.output, options);
    this.dropWords = new EmbeddingDropout(vocabularySize, rates.embedding, { generator });
  }

  /** Token ids [T, B] and a state to logits of the tokens after them [T, B, V] and the state after the last step. */
  forward(ids: Tensor, state?: RecurrentState): { logits: Tensor; state: RecurrentState } {
    const { dropped, state: after } = this.#read(ids, state);
    return { logits: this.decoder.forward(dropped), state: after };
  }

  /** What predicting targets [T, B] from token ids [T, B] and a state costs, with penalties to train with. */
  loss(ids: Tensor, targets: Tensor, state?: RecurrentState, penalties: Penalties = {}): LanguageModelLoss {
    const { activationRegularization: alpha = 0, temporalActivationRegularization: beta = 0 } = penalties;
    requirePenalty("activationRegularization", alpha);
    requirePenalty("temporalActivationRegularization", beta);
    const { outputs, dropped, state: after } = this.#read(ids, state);
    const lossNats = crossEntropy(this.decoder.forward(dropped), targets);
    let loss = lossNats;
    if (alpha > 0) loss = add(loss, scaled(activationRegularization(dropped), alpha));
    if (beta > 0) loss = add(loss, scaled(temporalActivationRegularization(outputs), beta));
    return { loss, lossNats, state: after };
  }

  /** What the last recurrent layer puts out [T, B, H], as it is and as the decoder sees it. */
  #read(ids: Tensor, state?: RecurrentState): { outputs: Tensor; dropped: Tensor; state: RecurrentState } {
    const words = this.dropWords.forward(this.encoder.forward(ids), ids);
    const { outputs, state: after } = this.rnn.forward(this.dropBefore.forward(words), { state });
    return { outputs, dropped: this.dropAfter.forward(outputs), state: after };
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

function recurrentOf(device: Device, config: LanguageModelConfig, generator: Generator): Recurrent {
  const { embeddingSize: inputSize, hiddenSize, numLayers, nonlinearity } = config;
  const { layer: dropout, weight: weightDrop } = dropoutRates(config);
  const { lockedDropout = false } = config;
  const options = { inputSize, hiddenSize, numLayers, dropout, lockedDropout, weightDrop, generator };
  switch (config.cell) {
    case "elman":
      return new RNN(device, { ...options, nonlinearity });
    case "lstm":
      return new LSTM(device, options);
    case "gru":
      return new GRU(device, options);
  }
}
