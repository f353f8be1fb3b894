import { narrowTensors } from "../formats/narrow-tensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import type { LayeredNetwork } from "../networks/layered-network.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { namedTwice } from "../networks/ties.ts";
import { jsonFile, snakeCaseKeys } from "./json-file.ts";
import type { ModelFiles } from "./model-files.ts";
import { networkCard } from "./network-card.ts";
import { networkMetadata } from "./network-metadata.ts";
import { FORMAT_VERSION, NETWORK_TYPE } from "./network-type.ts";

/** What has trained a model: plain data, as its config.json holds it. */
export interface MadeBy {
  readonly task: string;
  readonly options?: unknown;
  readonly training?: object | undefined;
  readonly evaluation?: object | undefined;
  /** What it has learned from and was measured on, and what others give there: names and numbers. */
  readonly data?: object | undefined;
  readonly baselines?: Readonly<Record<string, object>> | undefined;
}

/** The files of the folder of a network that has been checked, whatever kinds of layers it has. */
export async function filesOfNetwork(
  network: LayeredNetwork | NetworkData,
  madeBy?: MadeBy,
): Promise<ModelFiles> {
  const { config } = network;
  const tensors = "tensors" in network ? network.tensors : await network.stateDict();
  // PyTorch's state dictionary names a tied weight twice.
  const parameters = "tensors" in network ? new Map() : network.namedParameters();
  const narrow = await narrowTensors(
    new Map(Object.entries(namedTwice(Object.fromEntries(parameters), config))),
  );
  const named = { ...namedTwice(tensors, config), ...narrow };
  return {
    "config.json": jsonFile({
      model_type: NETWORK_TYPE,
      format_version: FORMAT_VERSION,
      network: config,
      ...(madeBy ? made(madeBy) : {}),
    }),
    "model.safetensors": writeSafetensors(named, networkMetadata(config)),
    "README.md": new TextEncoder().encode(networkCard({ config, tensors }, madeBy)),
  };
}

function made({ task, options, training, evaluation, data, baselines }: MadeBy): Record<string, unknown> {
  return {
    task,
    ...(options === undefined ? {} : { options }),
    ...(training ? { training: snakeCaseKeys(training) } : {}),
    ...(evaluation ? { evaluation: snakeCaseKeys(evaluation) } : {}),
    ...(data ? { data: snakeCaseKeys(data) } : {}),
    ...(baselines ? { baselines } : {}),
  };
}
