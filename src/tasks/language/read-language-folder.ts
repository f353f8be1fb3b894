import { tokenizerFromJSON } from "../../data/tokenizer-json.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import { shown } from "../../formats/shown.ts";
import { fillParameter, type WidenedTensors, widenTensors } from "../../formats/widen-tensors.ts";
import { camelCaseKeys, inFile, invalidFile, parseObject, readIfThere } from "../../models/folder-files.ts";
import type { FileReader } from "../../models/model-files.ts";
import type { WeightOptions } from "../../models/network-folder.ts";
import type { Parameter } from "../../module/module.ts";
import { Network } from "../../networks/network.ts";
import { parameterShapes } from "../../networks/parameter-shapes.ts";
import { isRecord } from "../../options/field-checks.ts";
import { Undrawn } from "../../random/undrawn.ts";
import type { Device } from "../../tensor/device.ts";
import { shapeText } from "../../tensor/tensor.ts";
import type { Evaluation } from "./evaluation.ts";
import { readGenerationConfig } from "./generation-config.ts";
import { FORMAT_VERSION } from "./language-folder.ts";
import type { LanguageModelParts } from "./language-model.ts";
import { checkConfig, type LanguageModelConfig } from "./language-model-config.ts";
import { languageModel } from "./language-model-network.ts";
import { MODEL_TYPE } from "./model-type.ts";

/** Reads a model from the files of its folder. Errors name the file, the tensor and both shapes. */
export async function languageModelParts(
  device: Device,
  read: FileReader,
  { weights = "stored" }: WeightOptions = {},
): Promise<LanguageModelParts> {
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
  const description = languageModel(config);
  const network = inFile(
    "config.json",
    () => new Network(device, description, { generator: new Undrawn() }),
    undefined,
  );
  fillTensors(network, config, { tensors, narrow: weights === "stored" ? narrow : new Map() });
  const generation = await readIfThere("generation_config.json", read);
  const { training, evaluation } = raw;
  return {
    network: network.eval() as Network,
    config,
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

function fillTensors(
  network: Network,
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
