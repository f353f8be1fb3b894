import type { ActivationLayerName } from "../../networks/config.ts";

/** What a file says of a layer beside its tensors' names and shapes, where it says something. */
export interface KnownLayer {
  readonly kind?: "embedding" | "linear";
  /** Of a plain recurrent layer. */
  readonly nonlinearity?: "tanh" | "relu";
  /** Of a recurrent layer: whether it reads [B, T, I], or [T, B, I]. */
  readonly batchFirst?: boolean;
  /** Of a recurrent layer: the share that training drops between its layers. */
  readonly dropout?: number;
  /** Of a layer normalisation. */
  readonly epsilon?: number;
  /** What is applied to its outputs. */
  readonly activation?: ActivationLayerName | "none";
}

/** By the layers' names. */
export type KnownLayers = Readonly<Record<string, KnownLayer>>;
