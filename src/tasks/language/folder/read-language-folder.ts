import { fillParameter, type WidenedTensors } from "../../../formats/widen-tensors.ts";
import { inFile } from "../../../models/folder-files.ts";
import type { FileReader } from "../../../models/model-files.ts";
import type { WeightOptions } from "../../../models/network-folder.ts";
import type { Parameter } from "../../../module/module.ts";
import { DescribedNetwork } from "../../../networks/described-network.ts";
import { Undrawn } from "../../../random/undrawn.ts";
import type { Device } from "../../../tensor/device.ts";
import type { LanguageModelParts } from "../model/language-model.ts";
import type { LanguageModelConfig } from "../model/language-model-config.ts";
import { languageModel } from "../model/language-model-network.ts";
import { storedLanguageModel } from "./stored-language-model.ts";

/** Reads a model from the files of its folder, ready to run. Errors name the file, the tensor and both shapes. */
export async function languageModelParts(
  device: Device,
  read: FileReader,
  { weights = "stored" }: WeightOptions = {},
): Promise<LanguageModelParts> {
  const { tensors, narrow, ...parts } = await storedLanguageModel(read);
  const { config } = parts;
  const network = inFile(
    "config.json",
    () => new DescribedNetwork(device, languageModel(config), { generator: new Undrawn() }),
    undefined,
  );
  fillTensors(network, config, { tensors, narrow: weights === "stored" ? narrow : new Map() });
  return { ...parts, network: network.eval() as DescribedNetwork };
}

function fillTensors(
  network: DescribedNetwork,
  { tieWeights }: LanguageModelConfig,
  { tensors, narrow }: WidenedTensors,
): void {
  const own: Map<string, Parameter> = network.namedParameters();
  if (tieWeights) own.set("decoder.weight", own.get("encoder.weight")!);
  for (const [name, parameter] of own) {
    const entry = tensors[name];
    if (!entry || parameter.storage.narrow) continue;
    inFile(
      "model.safetensors",
      () => fillParameter(name, parameter, entry.data, narrow.get(name)),
      undefined,
    );
  }
}
