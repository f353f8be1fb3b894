import { Dropout } from "../layers/dropout.ts";
import { Embedding } from "../layers/embedding.ts";
import { Linear } from "../layers/linear.ts";
import { Module } from "../layers/module.ts";
import { GRU, LSTM, type Recurrent, type RecurrentState, RNN } from "../layers/recurrent.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { checkConfig, type LanguageModelConfig } from "./config.ts";

/**
 * Predicts the next token: embedding, recurrent layers, linear decoder (Mikolov et al. 2010; regularised as in Zaremba et al.
 * 2014). Parameters: `encoder.weight` [V, E], `rnn.*` as in PyTorch, `decoder.weight` [V, H], `decoder.bias` [V].
 */
export class LanguageModel extends Module {
  readonly device: Device;
  readonly config: LanguageModelConfig;
  readonly encoder: Embedding;
  readonly rnn: Recurrent;
  readonly decoder: Linear;
  readonly dropBefore: Dropout;
  readonly dropAfter: Dropout;

  constructor(device: Device, config: LanguageModelConfig, generator: Generator = device.generator) {
    super();
    checkConfig(config);
    const { vocabularySize, embeddingSize, hiddenSize, dropout } = config;
    this.device = device;
    this.config = config;
    // A weight that is the decoder's too has to start small, or the first predictions are wild guesses (Press & Wolf 2017 use 0.1).
    const bound = config.tieWeights ? 0.1 : Math.sqrt(3);
    this.encoder = new Embedding(device, { vocabularySize, embeddingSize, bound, generator });
    this.rnn = recurrentOf(device, config, generator);
    this.decoder = new Linear(device, {
      inputSize: hiddenSize,
      outputSize: vocabularySize,
      generator,
      ...(config.tieWeights ? { weight: this.encoder.weight } : {}),
    });
    this.dropBefore = new Dropout(dropout, { generator });
    this.dropAfter = new Dropout(dropout, { generator });
  }

  /** Token ids [T, B] and a state to logits of the tokens after them [T, B, V] and the state after the last step. */
  forward(ids: Tensor, state?: RecurrentState): { logits: Tensor; state: RecurrentState } {
    const xs = this.dropBefore.forward(this.encoder.forward(ids));
    const { outputs, state: after } = this.rnn.forward(xs, { state });
    return { logits: this.decoder.forward(this.dropAfter.forward(outputs)), state: after };
  }

  /** A state of zeros for B streams that outlives scopes; carry it on with `carry`. */
  initialState(batch: number): RecurrentState {
    const shape = [this.config.numLayers, batch, this.config.hiddenSize];
    return this.device.lasting(() =>
      this.config.cell === "lstm"
        ? { h: zeros(this.device, shape), c: zeros(this.device, shape) }
        : { h: zeros(this.device, shape) },
    );
  }
}

/** Copies a state into the one that is carried from sequence to sequence. */
export function carry(carried: RecurrentState, next: RecurrentState): void {
  carried.h.assign(next.h);
  if (carried.c && next.c) carried.c.assign(next.c);
}

/** Sets a carried state to zero. */
export function clearState(carried: RecurrentState): void {
  for (const part of [carried.h, carried.c]) if (part) part.device.kernels.fill(part.offset, 0, part.size);
}

function recurrentOf(device: Device, config: LanguageModelConfig, generator: Generator): Recurrent {
  const { embeddingSize: inputSize, hiddenSize, numLayers, dropout, nonlinearity } = config;
  const options = { inputSize, hiddenSize, numLayers, dropout, generator };
  switch (config.cell) {
    case "elman":
      return new RNN(device, { ...options, nonlinearity });
    case "lstm":
      return new LSTM(device, options);
    case "gru":
      return new GRU(device, options);
  }
}
