import { homeOfCell } from "../../../cells/own-cells.ts";
import { narrowTensors } from "../../../formats/narrow-tensors.ts";
import { writeSafetensors } from "../../../formats/write-safetensors.ts";
import { jsonFile, snakeCaseKeys } from "../../../models/json-file.ts";
import type { ModelFiles } from "../../../models/model-files.ts";
import { copyOut } from "../../../module/state-dict.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import { kindOfCell, nameOfCell } from "../model/language-cell.ts";
import type { LanguageModelParts } from "../model/language-model.ts";
import type { LanguageModelConfig } from "../model/language-model-config.ts";
import { generationConfigJson } from "./generation-config.ts";
import { modelCard } from "./model-card.ts";
import { FORMAT_VERSION, MODEL_TYPE } from "./model-type.ts";

/** The files of a model's folder, in the Hugging Face layout. */
export async function modelFiles(model: LanguageModelParts<LayeredNetwork>): Promise<ModelFiles> {
  const { network, config, tokenizer, training, evaluation, generation } = model;
  const parameters = network.namedParameters();
  // PyTorch's state dictionary names a tied weight twice.
  if (config.tieWeights) parameters.set("decoder.weight", parameters.get("encoder.weight")!);
  const tensors = { ...(await copyOut(parameters)), ...(await narrowTensors(parameters)) };
  // Fetched by those that have one.
  const condition =
    config.condition && (await import("../condition/condition-card.ts")).conditionCard(config.condition);
  return {
    "config.json": jsonFile({
      model_type: MODEL_TYPE,
      format_version: FORMAT_VERSION,
      ...snakeCaseKeys(configFields(config)),
      ...(training ? { training: snakeCaseKeys(training) } : {}),
      ...(evaluation ? { evaluation: snakeCaseKeys(evaluation) } : {}),
    }),
    "model.safetensors": writeSafetensors(tensors, { format: "pt" }),
    "tokenizer.json": jsonFile(tokenizer.toJSON()),
    "generation_config.json": jsonFile(generationConfigJson(generation, tokenizer)),
    "README.md": new TextEncoder().encode(modelCard(model, condition)),
  };
}

/** What config.json says of the model itself; vocab_size is Hugging Face's word. */
function configFields(config: LanguageModelConfig): Record<string, unknown> {
  const { vocabularySize, cell, ...rest } = config;
  const kind = kindOfCell(cell);
  const home = homeOfCell(kind);
  const cellModule = home && { cellModule: `${home.module}#${home.export}` };
  return { vocabSize: vocabularySize, cell: nameOfCell(kind), ...cellModule, ...rest };
}
