import { UnrolledError } from "../errors.ts";
import { checkNetworkConfig } from "../networks/check-config.ts";
import type { NetworkConfig } from "../networks/config.ts";
import { isRecord } from "../options/field-checks.ts";
import { FORMAT_VERSION, type Metadata, NETWORK } from "./network-metadata.ts";

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
