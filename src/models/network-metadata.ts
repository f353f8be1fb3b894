// What a safetensors file says of its tensors in its metadata, so that a network is the same one when it is opened from its weights alone.

import { UnrolledError } from "../errors.ts";
import { checkNetworkConfig } from "../networks/check-config.ts";
import type { NetworkConfig } from "../networks/config.ts";
import { isRecord } from "../options/field-checks.ts";

type Metadata = Readonly<Record<string, string>>;

const NETWORK = "unrolled.network";
const FORMAT_VERSION = 1;
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

/**
 * The configuration in a file's metadata; undefined where there is none.
 *
 * @throws UnrolledError "invalid-file" or "invalid-argument" that says what is wrong with it
 */
export function networkInMetadata(metadata: Metadata): NetworkConfig | undefined {
  if (!Object.hasOwn(metadata, NETWORK)) return undefined;
  const invalid = (problem: string) =>
    new UnrolledError("invalid-file", `the metadata ${NETWORK} ${problem}`);
  let described: unknown;
  try {
    described = JSON.parse(metadata[NETWORK]);
  } catch (error) {
    throw invalid(`is no JSON (${(error as Error).message})`);
  }
  if (!isRecord(described) || described.format_version !== FORMAT_VERSION)
    throw invalid(`is no configuration of format_version ${FORMAT_VERSION}`);
  return checkNetworkConfig(described.network);
}
