// A network as plain data: layers that read one another's outputs. What a file from elsewhere holds is brought into this form,
// and everything else (running, streaming, saving, export) starts from it.
import type { LayerConfig } from "./layers/layer-kinds.ts";

export type { ActivationLayerName } from "./entry-functions.ts";
export type { LayerConfig } from "./layers/layer-kinds.ts";
export type { RecurrentLayerConfig, Returns } from "./layers/recurrent.ts";

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
