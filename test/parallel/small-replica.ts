// A small model with everything in it that threads could disagree about: dropout of every kind, weights that are tied or frozen,
// state that is carried. Threads import this module.
import {
  crossEntropy,
  type Device,
  Dropout,
  Embedding,
  Generator,
  ints,
  Linear,
  LSTM,
  Module,
  zeros,
} from "unrolled";
import { EmbeddingDropout } from "unrolled/nn";
import type { Replica } from "unrolled/training";

export interface SmallOptions {
  readonly vocabularySize?: number;
  readonly hiddenSize?: number;
  readonly dropout?: number;
  readonly tied?: boolean;
  readonly freeze?: readonly string[];
  /** Whether the decoder's bias takes part only where a sequence begins with an even token. */
  readonly sometimesBias?: boolean;
}

/** Sequences of T + 1 tokens each. */
export type SmallShare = readonly (readonly number[])[];

export class SmallModel extends Module {
  readonly encoder: Embedding;
  readonly words: EmbeddingDropout;
  readonly rnn: LSTM;
  // Without a generator of its own: its key is drawn late.
  readonly dropout: Dropout;
  readonly decoder: Linear;

  constructor(device: Device, options: SmallOptions) {
    super();
    const { vocabularySize = 7, hiddenSize = 8, dropout = 0.3, tied = false } = options;
    const generator = new Generator(5);
    this.encoder = new Embedding(device, { vocabularySize, embeddingSize: hiddenSize, generator });
    this.words = new EmbeddingDropout(vocabularySize, dropout / 3, { generator });
    const rates = { dropout, weightDrop: dropout };
    this.rnn = new LSTM(device, { inputSize: hiddenSize, hiddenSize, numLayers: 2, ...rates, generator });
    this.dropout = new Dropout(dropout);
    const shared = tied ? { weight: this.encoder.weight } : {};
    this.decoder = new Linear(device, {
      inputSize: hiddenSize,
      outputSize: vocabularySize,
      ...shared,
      generator,
    });
  }
}

export type SmallReplica = Replica<SmallShare, SmallModel>;

export function smallReplica(device: Device, options: SmallOptions, rows: number): SmallReplica {
  const model = new SmallModel(device, options).freeze(options.freeze ?? []) as SmallModel;
  const shape = [2, Math.max(1, rows), model.rnn.hiddenSize];
  const carried = { h: zeros(device, shape), c: zeros(device, shape) };
  return {
    model,
    carried,
    loss(share) {
      const steps = share[0].length - 1;
      const column = (t: number) => share.map((sequence) => sequence[t]);
      const from = (first: number) => Array.from({ length: steps }, (_, t) => column(first + t)).flat();
      const ids = ints(device, from(0), [steps, share.length]);
      // A smaller batch than usual begins from zero.
      const isWhole = share.length === rows;
      const xs = model.words.forward(model.encoder.forward(ids), ids);
      const { outputs, state } = model.rnn.forward(xs, isWhole ? { state: carried } : {});
      const { weight } = model.decoder;
      const decoder = options.sometimesBias && share[0][0] % 2 === 1 ? { weight } : model.decoder;
      const logits = Linear.prototype.forward.call(decoder, model.dropout.forward(outputs));
      if (isWhole) {
        carried.h.assign(state.h);
        carried.c.assign(state.c!);
      }
      return crossEntropy(logits, ints(device, from(1), [steps, share.length]));
    },
  };
}
