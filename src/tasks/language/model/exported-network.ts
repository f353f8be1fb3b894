import type { NetworkData } from "../../../networks/network-data.ts";
import type { LanguageModelParts } from "./language-model.ts";
import { languageModel } from "./language-model-network.ts";

/** A language model's network as other programs read it, outside of a device: token ids [B, T] to logits [B, T, V]. */
export async function exportedNetwork({
  network,
  config,
}: Pick<LanguageModelParts, "network" | "config">): Promise<NetworkData> {
  return { config: languageModel(config, { batchFirst: true }), tensors: await network.stateDict() };
}
