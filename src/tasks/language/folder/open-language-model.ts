import type { FileReader } from "../../../models/model-files.ts";
import type { WeightOptions } from "../../../models/network-folder.ts";
import type { Device } from "../../../tensor/device.ts";
import { LanguageModel } from "../model/language-model.ts";
import { languageModelParts } from "./read-language-folder.ts";

/** Opens a language model from the files of its folder. Errors name the file, the tensor and both shapes. */
export async function openLanguageModel(
  device: Device,
  read: FileReader,
  options: WeightOptions = {},
): Promise<LanguageModel> {
  return new LanguageModel(await languageModelParts(device, read, options));
}
