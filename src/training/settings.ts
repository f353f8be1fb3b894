import type { Nonlinearity } from "../cells/rnn.ts";
import type { PreparedCorpus } from "../data/token-file-ref.ts";
import type { TokenizerKind } from "../data/tokenizer.ts";
import type { BackendChoice } from "../kernels/backend.ts";
import type { ModelFiles } from "../models/folder.ts";

/** How long to train: exactly one of the three. */
export type Budget = { readonly steps: number } | { readonly epochs: number } | { readonly minutes: number };

/** Everything that decides a training run of a language model, resolved: no value is missing. Plain data. */
export interface TrainingSettings {
  readonly cell: "elman" | "lstm" | "gru";
  readonly nonlinearity: Nonlinearity;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly embeddingSize: number;
  /** Embeddings are first drawn evenly from ± this; null: √3, or 0.1 with tied weights. */
  readonly embeddingRange: number | null;
  readonly dropout: number;
  /** Of whole words; the next three are `dropout` where they are null. */
  readonly embeddingDropout: number;
  readonly inputDropout: number | null;
  readonly layerDropout: number | null;
  readonly outputDropout: number | null;
  /** Whether all steps of a sequence share one mask. */
  readonly lockedDropout: boolean;
  /** Probability of dropping entries of the recurrent weights. */
  readonly weightDrop: number;
  readonly tieWeights: boolean;
  readonly tokenizer: TokenizerKind;
  /** Word tokenizer alone: most tokens in the vocabulary, `<unk>` included. */
  readonly vocabSize: number | null;
  /** T: steps of truncated backpropagation through time. */
  readonly seqLength: number;
  /** B: parallel streams. */
  readonly batchSize: number;
  readonly budget: Budget;
  readonly optimizer: "adamw" | "adam" | "sgd" | "rmsprop" | "nt-asgd";
  readonly learningRate: number;
  readonly lrSchedule: "constant" | "cosine" | "step" | "decay" | "plateau";
  /** Steps over which the learning rate rises at first; null: what the schedule has by itself. */
  readonly lrWarmup: number | null;
  /** What a step, decay or plateau schedule multiplies the rate by. */
  readonly lrFactor: number;
  /** Epochs before a decay schedule begins. */
  readonly lrDecayFrom: number;
  /** Evaluations without improvement until a plateau schedule reduces the rate. */
  readonly lrPatience: number;
  /** Largest global norm of the gradients; 0: no clipping. */
  readonly gradClip: number;
  readonly weightDecay: number;
  /** α and β of penalties on large and on changing outputs (Merity, McCann & Socher 2017). */
  readonly activationRegularization: number;
  readonly temporalActivationRegularization: number;
  /** Decay of an exponential average of the weights to measure and save with; 0: none. */
  readonly averageDecay: number;
  /** nt-asgd: how many of the last evaluations have no say in when averaging begins. */
  readonly asgdPatience: number;
  /** Evaluations without improvement after which training ends; 0: never. */
  readonly earlyStopping: number;
  /** Names of parameters, with * for any part of one, that are not trained. */
  readonly freeze: readonly string[];
  /** Whether documents come in another order in each epoch. */
  readonly shuffle: "none" | "documents";
  /** What happens where the loss is not finite or the gradient's norm explodes. */
  readonly onDivergence: "stop" | "skip" | "rollback";
  /** A norm so many times its running average counts as exploded; 0: none does. */
  readonly divergenceFactor: number;
  /** The last part of the text that is held out where no validation text is given. */
  readonly valFraction: number;
  /** Steps between evaluations on the held-out text; 0: only at the end. */
  readonly evalEvery: number;
  /** Steps between samples; 0: none. */
  readonly sampleEvery: number;
  /** When all that is needed to go on is handed out; null: never. */
  readonly checkpointEvery: { readonly seconds: number } | { readonly steps: number } | null;
  readonly seed: number;
  /** null: as many as there are cores. */
  readonly threads: number | null;
  readonly backend: BackendChoice;
}

/** Texts in memory. Bytes are for the byte tokenizer, which takes any file. */
export interface TextData {
  readonly text: string | Uint8Array;
  readonly validation?: string | Uint8Array;
}

/** What is trained on. */
export type TrainingData = TextData | PreparedCorpus;

/** What a run begins with, other than settings and data. */
export interface TrainingStart {
  /** A checkpoint of the same run, to go on from. */
  readonly checkpoint?: Uint8Array | undefined;
  /** The files of a trained model, to go on from with its tokenizer and weights. */
  readonly model?: ModelFiles | undefined;
}
