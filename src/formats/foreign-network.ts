import type { NetworkConfig } from "../networks/config.ts";

/** A tensor by its sizes and its values in row-major order. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network out of another library's file: its layers, and its weights under this library's names, in its gate order. */
export interface ForeignNetwork {
  readonly config: NetworkConfig;
  /** By the names that `new Network(device, config).loadStateDict` takes: `lstm.weight_ih_l0`. */
  readonly tensors: Readonly<Record<string, ForeignTensor>>;
}
