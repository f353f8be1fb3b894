import { tokenizerFromJSON } from "../data/tokenizer-json.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { shown } from "../formats/shown.ts";
import { fillParameter, type WidenedTensors, widenTensors } from "../formats/widen-tensors.ts";
import type { Parameter } from "../module/module.ts";
import { parameterShapes } from "../networks/parameter-shapes.ts";
import { isRecord } from "../options/field-checks.ts";
import { Undrawn } from "../random/undrawn.ts";
import type { Device } from "../tensor/device.ts";
import { shapeText } from "../tensor/tensor.ts";
import { checkConfig, type LanguageModelConfig } from "./config.ts";
import type { Evaluation } from "./evaluation.ts";
import { type FileReader, FORMAT_VERSION, MODEL_TYPE } from "./folder.ts";
import { camelCaseKeys, inFile, invalidFile, parseObject, readIfThere } from "./folder-files.ts";
import { readGenerationConfig } from "./generation-config.ts";
import { LanguageModel } from "./language-model.ts";
import { languageModel } from "./language-model-network.ts";
import type { TrainedModel } from "./trained-model.ts";

/** How a model is opened. */
export interface OpenOptions {
  /**
   * Whether weights that the file has in fewer bits (F16, or I8 with scales) stay so, for inference alone, or become float32, to be
   * trained: stored if not given.
   */
  readonly weights?: "stored" | "float32";
}

/** Opens a model from the files of its folder. Errors name the file, the tensor and both shapes. */
export async function modelFromFiles(
  device: Device,
  read: FileReader,
  { weights = "stored" }: OpenOptions = {},
): Promise<TrainedModel> {
  const raw = parseObject("config.json", await read("config.json"));
  if (raw.model_type !== MODEL_TYPE || raw.format_version !== FORMAT_VERSION) {
    throw invalidFile(
      "config.json",
      `model_type is ${shown(raw.model_type)} and format_version ${shown(raw.format_version)}, needed "${MODEL_TYPE}" and ${FORMAT_VERSION}`,
    );
  }
  const config = configOf(raw);
  inFile("config.json", checkConfig, config);
  const tokenizer = inFile(
    "tokenizer.json",
    tokenizerFromJSON,
    parseObject("tokenizer.json", await read("tokenizer.json")),
  );
  if (tokenizer.kind !== config.tokenizer) {
    throw invalidFile(
      "tokenizer.json",
      `it is a tokenizer of kind "${tokenizer.kind}", config.json says "${config.tokenizer}"`,
    );
  }
  if (tokenizer.vocabularySize !== config.vocabularySize) {
    throw invalidFile(
      "tokenizer.json",
      `it has ${tokenizer.vocabularySize} tokens, config.json says vocab_size ${config.vocabularySize}`,
    );
  }
  const stored = inFile("model.safetensors", readSafetensors, await read("model.safetensors"));
  const { tensors, narrow } = inFile("model.safetensors", widenTensors, stored);
  checkTensors(config, tensors);
  const model = inFile("config.json", () => new LanguageModel(device, config, new Undrawn()), undefined);
  fillTensors(model, { tensors, narrow: weights === "stored" ? narrow : new Map() });
  const generation = await readIfThere("generation_config.json", read);
  const { training, evaluation } = raw;
  return {
    model: model.eval() as LanguageModel,
    tokenizer,
    training: isRecord(training) ? camelCaseKeys(training) : undefined,
    evaluation: isRecord(evaluation) ? (camelCaseKeys(evaluation) as unknown as Evaluation) : undefined,
    generation: generation && readGenerationConfig(generation, config.vocabularySize),
  };
}

/** An error unless a file's tensors are those that the configuration asks for. Nothing is built for a file that does not fit. */
function checkTensors(config: LanguageModelConfig, tensors: WidenedTensors["tensors"]): void {
  // A tied weight may stand in the file under both of its names.
  const needed = parameterShapes(languageModel({ ...config, tieWeights: false }));
  for (const name of Object.keys(tensors)) {
    if (!needed.has(name))
      throw invalidFile(
        "model.safetensors",
        `tensor ${name} is not part of the model that config.json describes`,
      );
  }
  for (const [name, shape] of needed) {
    const entry = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!entry) {
      if (name === "decoder.weight" && config.tieWeights) continue;
      throw invalidFile("model.safetensors", `tensor ${name} ${shapeText(shape)} is missing`);
    }
    if (shapeText(entry.shape) !== shapeText(shape)) {
      throw invalidFile(
        "model.safetensors",
        `tensor ${name} has shape ${shapeText(entry.shape)}, config.json makes it ${shapeText(shape)}`,
      );
    }
  }
}

function fillTensors(model: LanguageModel, { tensors, narrow }: WidenedTensors): void {
  const own: Map<string, Parameter> = model.namedParameters();
  if (model.config.tieWeights) own.set("decoder.weight", model.encoder.weight);
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

function configOf(raw: Record<string, unknown>): LanguageModelConfig {
  const needed: Record<string, string> = {
    vocab_size: "number",
    cell: "string",
    nonlinearity: "string",
    embedding_size: "number",
    hidden_size: "number",
    num_layers: "number",
    dropout: "number",
    tie_weights: "boolean",
    tokenizer: "string",
  };
  // Later additions, which files of earlier versions do not have.
  const optional: Record<string, string> = {
    embedding_dropout: "number",
    input_dropout: "number",
    layer_dropout: "number",
    output_dropout: "number",
    locked_dropout: "boolean",
    weight_drop: "number",
  };
  const given = Object.keys(optional).filter((name) => raw[name] !== undefined);
  for (const name of [...Object.keys(needed), ...given]) {
    const kind = needed[name] ?? optional[name];
    if (typeof raw[name] !== kind)
      throw invalidFile("config.json", `${name} is ${shown(raw[name])}, needed a ${kind}`);
  }
  const {
    vocab_size,
    embedding_size,
    hidden_size,
    num_layers,
    tie_weights,
    cell,
    nonlinearity,
    dropout,
    tokenizer,
  } = raw;
  return {
    vocabularySize: vocab_size,
    embeddingSize: embedding_size,
    hiddenSize: hidden_size,
    numLayers: num_layers,
    tieWeights: tie_weights,
    cell,
    nonlinearity,
    dropout,
    ...camelCaseKeys(Object.fromEntries(given.map((name) => [name, raw[name]]))),
    tokenizer,
  } as LanguageModelConfig;
}
