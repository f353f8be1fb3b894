import type { TokenizerKind } from "../data/tokenizer.ts";
import type { BackendChoice } from "../kernels/backend.ts";
import type { Nonlinearity } from "../layers/elman-cell.ts";

/** How long to train: exactly one of the three. */
export type Budget = { readonly steps: number } | { readonly epochs: number } | { readonly minutes: number };

/** Everything that decides a training run of a language model, resolved: no value is missing. Plain data. */
export interface TrainingSettings {
  readonly cell: "elman" | "lstm" | "gru";
  readonly nonlinearity: Nonlinearity;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly embeddingSize: number;
  readonly dropout: number;
  readonly tieWeights: boolean;
  readonly tokenizer: TokenizerKind;
  /** Word tokenizer alone: most tokens in the vocabulary, `<unk>` included. */
  readonly vocabSize: number | null;
  /** T: steps of truncated backpropagation through time. */
  readonly seqLength: number;
  /** B: parallel streams. */
  readonly batchSize: number;
  readonly budget: Budget;
  readonly optimizer: "adamw" | "adam" | "sgd" | "rmsprop";
  readonly learningRate: number;
  readonly lrSchedule: "constant" | "cosine" | "step";
  /** Largest global norm of the gradients; 0: no clipping. */
  readonly gradClip: number;
  readonly weightDecay: number;
  /** The last part of the text that is held out where no validation text is given. */
  readonly valFraction: number;
  /** Steps between evaluations on the held-out text; 0: only at the end. */
  readonly evalEvery: number;
  /** Steps between samples; 0: none. */
  readonly sampleEvery: number;
  readonly seed: number;
  readonly backend: BackendChoice;
}

/** What is trained on. Bytes are for the byte tokenizer, which takes any file. */
export interface TrainingData {
  readonly text: string | Uint8Array;
  readonly validation?: string | Uint8Array;
}
