import { narrowTensors } from "../formats/narrow-tensors.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { shown } from "../formats/shown.ts";
import { type WidenedTensors, widenTensors } from "../formats/widen-tensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import { isWeightMatrix, narrowParameter } from "../layers/narrow-weights.ts";
import { checkNetworkConfig } from "../networks/check-config.ts";
import type { Network } from "../networks/network.ts";
import { checkNetworkData, type NetworkData, networkData, networkFrom } from "../networks/network-data.ts";
import { namedTwice } from "../networks/ties.ts";
import type { Device } from "../tensor/device.ts";
import type { FileReader, ModelFiles } from "./folder.ts";
import { inFile, invalidFile, parseObject } from "./folder-files.ts";
import { jsonFile } from "./json-file.ts";
import { networkCard } from "./network-card.ts";
import { networkMetadata } from "./network-metadata.ts";

/** What config.json of a network's folder calls itself. */
export const NETWORK_TYPE = "unrolled-network";
const FORMAT_VERSION = 1;

/** The files of a network's folder, in the Hugging Face layout: `config.json`, `model.safetensors`, which holds the configuration too, and a model card. */
export async function networkFiles(network: Network | NetworkData): Promise<ModelFiles> {
  const { config, tensors } = "tensors" in network ? network : await networkData(network);
  checkNetworkData({ config, tensors });
  // PyTorch's state dictionary names a tied weight twice.
  const parameters = "tensors" in network ? new Map() : network.namedParameters();
  const narrow = await narrowTensors(
    new Map(Object.entries(namedTwice(Object.fromEntries(parameters), config))),
  );
  const named = { ...namedTwice(tensors, config), ...narrow };
  return {
    "config.json": jsonFile({ model_type: NETWORK_TYPE, format_version: FORMAT_VERSION, network: config }),
    "model.safetensors": writeSafetensors(named, networkMetadata(config)),
    "README.md": new TextEncoder().encode(networkCard({ config, tensors })),
  };
}

/**
 * A network as data from the files of its folder. Its tensors are held against its configuration.
 *
 * @throws UnrolledError "missing-file", "invalid-file", or "shape-mismatch" that names the tensors
 */
export async function networkDataFromFiles(read: FileReader): Promise<NetworkData> {
  const { config, tensors } = await storedNetwork(read);
  return { config, tensors };
}

async function storedNetwork(read: FileReader): Promise<NetworkData & Pick<WidenedTensors, "narrow">> {
  const raw = parseObject("config.json", await read("config.json"));
  if (raw.model_type !== NETWORK_TYPE || raw.format_version !== FORMAT_VERSION) {
    throw invalidFile(
      "config.json",
      `model_type is ${shown(raw.model_type)} and format_version ${shown(raw.format_version)}, needed "${NETWORK_TYPE}" and ${FORMAT_VERSION}`,
    );
  }
  const config = inFile("config.json", checkNetworkConfig, raw.network);
  const stored = inFile("model.safetensors", readSafetensors, await read("model.safetensors"));
  const { tensors, narrow } = inFile("model.safetensors", widenTensors, stored);
  inFile("model.safetensors", checkNetworkData, { config, tensors });
  return { config, tensors, narrow };
}

/**
 * Opens a network from the files of its folder, ready to run. Throws as `networkDataFromFiles` does. Weights that are stored in
 * fewer bits stay so, for inference alone.
 */
export async function networkFromFiles(device: Device, read: FileReader): Promise<Network> {
  const { narrow, ...data } = await storedNetwork(read);
  const network = networkFrom(device, data);
  for (const [name, parameter] of network.namedParameters()) {
    const stored = narrow.get(name);
    if (stored && isWeightMatrix(name, parameter))
      narrowParameter(parameter, stored.precision, { scales: stored.scales });
  }
  return network;
}
