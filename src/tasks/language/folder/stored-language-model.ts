import { isKnownCell } from "../../../cells/cells.ts";
import { loadTokenizerFromJSON } from "../../../data/tokenizers/json/load-tokenizer-from-json.ts";
import { readSafetensors } from "../../../formats/safetensors.ts";
import { shown } from "../../../formats/shown.ts";
import { type WidenedTensors, widenTensors } from "../../../formats/widen-tensors.ts";
import {
  camelCaseKeys,
  inFile,
  invalidFile,
  parseObject,
  readIfThere,
} from "../../../models/folder-files.ts";
import { snakeCaseKeys } from "../../../models/json-file.ts";
import type { FileReader } from "../../../models/model-files.ts";
import { parameterShapes } from "../../../networks/parameter-shapes.ts";
import { isRecord } from "../../../options/field-checks.ts";
import { unaliased } from "../../../options/option.ts";
import { shapeText } from "../../../tensor/tensor.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { CELL_ALIASES, CELL_OPTIONS, kindOfCell } from "../model/language-cell.ts";
import type { LanguageModelParts } from "../model/language-model.ts";
import { checkConfig, type LanguageModelConfig } from "../model/language-model-config.ts";
import { languageModel } from "../model/language-model-network.ts";
import { readGenerationConfig } from "./generation-config.ts";
import { FORMAT_VERSION, MODEL_TYPE } from "./model-type.ts";

/** Knows three cells, and of their options the Elman cell's nonlinearity alone. */
const FORMER_VERSION = 1;

/** What a language model's folder holds, with its weights as they are stored: those that its configuration asks for, in name and shape. */
export interface StoredLanguageModel extends Omit<LanguageModelParts, "network">, WidenedTensors {}

/** Reads the files of a language model's folder. Errors name the file, the tensor and both shapes. */
export async function storedLanguageModel(read: FileReader): Promise<StoredLanguageModel> {
  const raw = parseObject("config.json", await read("config.json"));
  const isKnown = raw.format_version === FORMAT_VERSION || raw.format_version === FORMER_VERSION;
  if (raw.model_type !== MODEL_TYPE || !isKnown) {
    throw invalidFile(
      "config.json",
      `model_type is ${shown(raw.model_type)} and format_version ${shown(raw.format_version)}, needed "${MODEL_TYPE}" and ${FORMAT_VERSION} or ${FORMER_VERSION}`,
    );
  }
  const config = configOf(raw);
  if (!isKnownCell(kindOfCell(config.cell)) && typeof raw.cell_module === "string") {
    throw invalidFile(
      "config.json",
      `cell is ${shown(config.cell)}, which is not known before importCell has imported ${shown(raw.cell_module)}`,
    );
  }
  inFile("config.json", checkConfig, config);
  const described = parseObject("tokenizer.json", await read("tokenizer.json"));
  const tokenizer = await loadTokenizerFromJSON(described).catch((error: unknown) =>
    inFile(
      "tokenizer.json",
      () => {
        throw error;
      },
      undefined,
    ),
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
  const generation = await readIfThere("generation_config.json", read);
  const { training, evaluation } = raw;
  return {
    config,
    tokenizer,
    tensors,
    narrow,
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

/** The kinds of values of what every file has, and of later additions, which files of earlier versions do not have. */
const NEEDED: Readonly<Record<string, string>> = {
  vocab_size: "number",
  cell: "string",
  embedding_size: "number",
  hidden_size: "number",
  num_layers: "number",
  dropout: "number",
  tie_weights: "boolean",
  tokenizer: "string",
};
const OPTIONAL: Readonly<Record<string, string>> = {
  last_hidden_size: "number",
  embedding_dropout: "number",
  input_dropout: "number",
  layer_dropout: "number",
  output_dropout: "number",
  locked_dropout: "boolean",
  weight_drop: "number",
  condition: "object",
};

function configOf(raw: Record<string, unknown>): LanguageModelConfig {
  const given = Object.keys(OPTIONAL).filter((name) => raw[name] !== undefined);
  for (const name of [...Object.keys(NEEDED), ...given]) {
    const kind = NEEDED[name] ?? OPTIONAL[name];
    if (typeof raw[name] !== kind)
      throw invalidFile("config.json", `${name} is ${shown(raw[name])}, needed a ${kind}`);
  }
  const { vocab_size, cell, ...rest } = Object.fromEntries(
    [...Object.keys(NEEDED), ...given].map((name) => [name, raw[name]]),
  );
  return {
    ...camelCaseKeys(rest),
    ...cellOptionsIn(raw),
    vocabularySize: vocab_size,
    cell: unaliased({ aliases: CELL_ALIASES }, cell),
  } as LanguageModelConfig;
}

/** What a file says of any cell; whether it is its own, and as it should be, is found when the configuration is checked. */
function cellOptionsIn(raw: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(snakeCaseKeys(CELL_OPTIONS)).filter((key) => raw[key] !== undefined);
  return camelCaseKeys(Object.fromEntries(keys.map((key) => [key, raw[key]])));
}
