// What a safetensors file says of its tensors in its metadata, so that a network is the same one when it is opened from its weights alone.
import type { NetworkConfig } from "../networks/config.ts";

export type Metadata = Readonly<Record<string, string>>;

export const NETWORK = "unrolled.network";
export const FORMAT_VERSION = 1;
const GRAPH_WEIGHTS = "unrolled.weights-of-graph";

/** Metadata of a file whose tensors are the parameters of a network: its configuration, as JSON. */
export function networkMetadata(config: NetworkConfig): Metadata {
  return { format: "pt", [NETWORK]: JSON.stringify({ format_version: FORMAT_VERSION, network: config }) };
}

/** Metadata of a file that has the weights of a graph, of which nobody can tell from them what it does. */
export const GRAPH_WEIGHTS_METADATA: Metadata = { format: "pt", [GRAPH_WEIGHTS]: "onnx" };

/** Whether a file says that it has the weights of a graph. */
export function areGraphWeights(metadata: Metadata): boolean {
  return Object.hasOwn(metadata, GRAPH_WEIGHTS);
}
