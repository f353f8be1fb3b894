import { readSafetensors } from "../formats/safetensors.ts";
import { shown } from "../formats/shown.ts";
import { type WidenedTensors, widenTensors } from "../formats/widen-tensors.ts";
import { isWeightMatrix, narrowParameter } from "../layers/narrow-weights.ts";
import { checkNetworkConfig } from "../networks/check-config.ts";
import type { Network } from "../networks/network.ts";
import { checkNetworkData, type NetworkData, networkFrom } from "../networks/network-data.ts";
import { isRecord } from "../options/field-checks.ts";
import type { Device } from "../tensor/device.ts";
import { camelCaseKeys, inFile, invalidFile, parseObject } from "./folder-files.ts";
import type { FileReader, ModelFiles } from "./model-files.ts";
import { filesOfNetwork, type MadeBy } from "./network-files.ts";
import { FORMAT_VERSION, NETWORK_TYPE } from "./network-type.ts";

/** Versions that are read: 1 does not say what has trained it. */
const READ_VERSIONS = [1, FORMAT_VERSION];

/**
 * The files of a network's folder, in the Hugging Face layout: `config.json`, `model.safetensors`, which holds the configuration too, and a
 * model card.
 *
 * @throws UnrolledError "invalid-argument" or "shape-mismatch" for data that are no network
 */
export async function networkFiles(network: Network | NetworkData, madeBy?: MadeBy): Promise<ModelFiles> {
  if ("tensors" in network) checkNetworkData(network);
  return filesOfNetwork(network, madeBy);
}

/**
 * A network as data from the files of its folder, and what has trained it. Its tensors are held against its configuration.
 *
 * @throws UnrolledError "missing-file", "invalid-file", or "shape-mismatch" that names the tensors
 */
export async function networkDataFromFiles(
  read: FileReader,
): Promise<NetworkData & { readonly madeBy: MadeBy | undefined }> {
  const { config, tensors, madeBy } = await storedNetwork(read);
  return { config, tensors, madeBy };
}

async function storedNetwork(
  read: FileReader,
): Promise<NetworkData & Pick<WidenedTensors, "narrow"> & { readonly madeBy: MadeBy | undefined }> {
  const raw = parseObject("config.json", await read("config.json"));
  if (raw.model_type !== NETWORK_TYPE || !READ_VERSIONS.includes(raw.format_version as number)) {
    throw invalidFile(
      "config.json",
      `model_type is ${shown(raw.model_type)} and format_version ${shown(raw.format_version)}, needed "${NETWORK_TYPE}" and ${READ_VERSIONS.join(" or ")}`,
    );
  }
  const config = inFile("config.json", checkNetworkConfig, raw.network);
  const stored = inFile("model.safetensors", readSafetensors, await read("model.safetensors"));
  const { tensors, narrow } = inFile("model.safetensors", widenTensors, stored);
  inFile("model.safetensors", checkNetworkData, { config, tensors });
  const { task, options, training, evaluation, data, baselines } = raw;
  const section = (value: unknown) => (isRecord(value) ? camelCaseKeys(value) : undefined);
  const madeBy =
    typeof task === "string"
      ? {
          task,
          options,
          training: section(training),
          evaluation: section(evaluation),
          data: section(data),
          baselines: isRecord(baselines) ? (baselines as MadeBy["baselines"]) : undefined,
        }
      : undefined;
  return { config, tensors, narrow, madeBy };
}

/**
 * Opens a network from the files of its folder, ready to run, with what has trained it. Throws as `networkDataFromFiles` does. Weights
 * that are stored in fewer bits stay so, for inference alone, unless they are to be float32.
 */
export async function openNetworkFolder(
  device: Device,
  read: FileReader,
  { weights = "stored" }: WeightOptions = {},
): Promise<{ readonly network: Network; readonly madeBy: MadeBy | undefined }> {
  const { narrow, madeBy, ...data } = await storedNetwork(read);
  const network = networkFrom(device, data);
  if (weights === "float32") return { network, madeBy };
  for (const [name, parameter] of network.namedParameters()) {
    const stored = narrow.get(name);
    if (stored && isWeightMatrix(name, parameter))
      narrowParameter(parameter, stored.precision, { scales: stored.scales });
  }
  return { network, madeBy };
}

/** How weights are opened. */
export interface WeightOptions {
  /**
   * Whether weights that the file has in fewer bits (F16, or I8 with scales) stay so, for inference alone, or become float32, to be
   * trained: stored if not given.
   */
  readonly weights?: "stored" | "float32";
}
