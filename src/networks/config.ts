// A network as plain data: layers that read one another's outputs. What a file from elsewhere holds is brought into this form,
// and everything else (running, streaming, saving, export) starts from it.
import type { CellKind } from "../cells/cells.ts";
import type { GRUOptions, LSTMOptions, MGUOptions, RNNOptions } from "../recurrent/recurrent-options.ts";

/** A function of Keras or PyTorch that is applied entry by entry, or for softmax along the last axis. */
export type ActivationLayerName =
  | "relu"
  | "leaky-relu"
  | "elu"
  | "selu"
  | "gelu"
  | "silu"
  | "tanh"
  | "sigmoid"
  | "hard-sigmoid"
  | "softplus"
  | "softsign"
  | "exponential"
  | "softmax"
  | "log-softmax";

/**
 * One layer and its sizes. Sequences are [B, T, …] unless a recurrent layer says `batchFirst: false`. A recurrent layer of one layer
 * may read its states before the first step too, behind the sequences: h [B, P], for an LSTM c [B, H]; h, c, h, c in two directions.
 */
export type LayerConfig =
  | {
      readonly kind: "embedding";
      readonly vocabularySize: number;
      readonly size: number /** Id 0 is padding, whose steps are masked. */;
      readonly maskZero?: boolean;
    }
  | { readonly kind: "rnn"; readonly options: Plain<RNNOptions>; readonly returns: Returns }
  | { readonly kind: "lstm"; readonly options: Plain<LSTMOptions>; readonly returns: Returns }
  | { readonly kind: "gru"; readonly options: Plain<GRUOptions>; readonly returns: Returns }
  | { readonly kind: "mgu"; readonly options: Plain<MGUOptions>; readonly returns: Returns }
  | {
      readonly kind: "linear";
      readonly inputSize: number;
      readonly outputSize: number;
      readonly bias: boolean;
    }
  | {
      readonly kind: "conv1d";
      readonly inputSize: number;
      readonly outputSize: number;
      readonly kernelSize: number;
      readonly stride: number;
      readonly dilation: number;
      readonly padding: "valid" | "same" | "causal";
      readonly bias: boolean;
    }
  | { readonly kind: "layer-norm"; readonly size: number; readonly epsilon: number }
  | { readonly kind: "activation"; readonly activation: ActivationLayerName; readonly alpha?: number }
  | { readonly kind: "dropout"; readonly probability: number }
  /** Steps whose entries all equal `value` are masked. */
  | { readonly kind: "masking"; readonly value: number }
  | { readonly kind: "flatten" }
  | { readonly kind: "reshape"; readonly shape: readonly number[] }
  | { readonly kind: "add" }
  | { readonly kind: "multiply" }
  | { readonly kind: "average" }
  | { readonly kind: "concat"; readonly axis: number }
  /** Steps in reverse order, the last one first. */
  | { readonly kind: "reverse-steps" }
  /** The largest or the mean of each channel over so many steps; beyond the edge ("same") nothing counts. */
  | {
      readonly kind: "pool1d";
      readonly pool: "max" | "average";
      readonly size: number;
      readonly stride: number;
      readonly padding: "valid" | "same";
    }
  /** The largest or the mean of each channel over all steps that count: [B, T, C] to [B, C]. */
  | { readonly kind: "global-pool1d"; readonly pool: "max" | "average" }
  /** The state in which a recurrent layer, which it reads, has ended, of its last layer: [B, P], or c [B, H]. */
  | { readonly kind: "final-state"; readonly of: "h" | "c"; readonly direction?: "forward" | "reverse" };

/** Options that JSON can hold. */
export type Plain<Options> = Omit<Options, "generator">;

/** What a recurrent layer hands on: all steps, or the last output of each sequence. */
export type Returns = "sequence" | "last";

/** A recurrent layer and its options. */
export type RecurrentLayerConfig = Extract<LayerConfig, { readonly kind: CellKind }>;

/** A length, or the name of one that is free. */
export type Axis = number | string;

/** What a network reads. "B" is the number of sequences and "T" that of their steps; other free lengths have names of their own. */
export interface NetworkInput {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly kind: "float" | "int";
}

/** One layer in a network. */
export interface NetworkLayer {
  /** Its parameters are named after it: `encoder.weight`. */
  readonly name: string;
  /** Names of network inputs or of layers that stand before it. */
  readonly inputs: readonly string[];
  readonly config: LayerConfig;
}

/** A whole network; each layer stands after those that it reads. */
export interface NetworkConfig {
  readonly inputs: readonly NetworkInput[];
  readonly layers: readonly NetworkLayer[];
  /** Names of what is given back, and of the layers they come from. */
  readonly outputs: readonly { readonly name: string; readonly from: string }[];
}
