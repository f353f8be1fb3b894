import { narrowTensors } from "../formats/narrow-tensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import { copyOut } from "../module/state-dict.ts";
import type { LanguageModelConfig } from "./config.ts";
import { generationConfigJson } from "./generation-config.ts";
import { jsonFile, snakeCaseKeys } from "./json-file.ts";
import { modelCard } from "./model-card.ts";
import type { TrainedModel } from "./trained-model.ts";

export const MODEL_TYPE = "unrolled-language-model";
export const FORMAT_VERSION = 1;

/** A trained model as the files of its folder, by name. */
export type ModelFiles = Record<string, Uint8Array>;

/** Reads one file of a model's folder by name; throws if there is none. */
export type FileReader = (name: string) => Promise<Uint8Array>;

/** The files of a model's folder, in the Hugging Face layout. */
export async function modelFiles(trained: TrainedModel): Promise<ModelFiles> {
  const { model, tokenizer, training, evaluation, generation } = trained;
  const parameters = model.namedParameters();
  // PyTorch's state dictionary names a tied weight twice.
  if (model.config.tieWeights) parameters.set("decoder.weight", model.encoder.weight);
  const tensors = { ...(await copyOut(parameters)), ...(await narrowTensors(parameters)) };
  return {
    "config.json": jsonFile({
      model_type: MODEL_TYPE,
      format_version: FORMAT_VERSION,
      ...snakeCaseKeys(configFields(model.config)),
      ...(training ? { training: snakeCaseKeys(training) } : {}),
      ...(evaluation ? { evaluation: snakeCaseKeys(evaluation) } : {}),
    }),
    "model.safetensors": writeSafetensors(tensors, { format: "pt" }),
    "tokenizer.json": jsonFile(tokenizer.toJSON()),
    "generation_config.json": jsonFile(generationConfigJson(generation, tokenizer)),
    "README.md": new TextEncoder().encode(modelCard(trained)),
  };
}

/** What config.json says of the model itself; vocab_size is Hugging Face's word. */
function configFields(config: LanguageModelConfig): Record<string, unknown> {
  const { vocabularySize, ...rest } = config;
  return { vocabSize: vocabularySize, ...rest };
}
