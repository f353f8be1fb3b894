import type { NetworkData } from "../networks/network-data.ts";
import type { LanguageModel } from "./language-model.ts";
import { languageModel } from "./language-model-network.ts";

/** A language model as a network outside of a device: token ids [B, T] to logits [B, T, V], with the model's names of parameters. */
export async function networkDataOfLanguageModel(model: LanguageModel): Promise<NetworkData> {
  return {
    config: languageModel(model.config, { batchFirst: true }),
    tensors: await model.stateDict(),
  };
}
