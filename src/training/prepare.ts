// What a training run is made of, from its settings.
import { encodeBytes } from "../data/byte-tokenizer.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { trainTokenizer } from "../data/train-tokenizer.ts";
import { UnrolledError } from "../errors.ts";
import type { LanguageModelConfig } from "../models/config.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { Adam, AdamW } from "../optimisers/adam.ts";
import type { Optimiser } from "../optimisers/optimiser.ts";
import { RMSprop } from "../optimisers/rmsprop.ts";
import { SGD } from "../optimisers/sgd.ts";
import { countParameters, trainingBytes } from "./memory.ts";
import type { TrainingSettings } from "./settings.ts";

const HEAP_BYTES = 2 ** 32;

/** The tokenizer, its vocabulary taken from the training part alone. */
export function tokenizerFor(text: string | Uint8Array, settings: TrainingSettings): Tokenizer {
  if (typeof text !== "string" && settings.tokenizer !== "byte") {
    throw new UnrolledError(
      "invalid-argument",
      `train: bytes need the byte tokenizer, the settings say ${settings.tokenizer}`,
    );
  }
  return trainTokenizer({
    kind: settings.tokenizer,
    text: typeof text === "string" ? text : "",
    ...(settings.vocabSize === null ? {} : { vocabularySize: settings.vocabSize }),
  });
}

/** Token ids of a text, or of bytes. */
export function encodeText(tokenizer: Tokenizer, text: string | Uint8Array): Int32Array {
  return typeof text === "string" ? tokenizer.encode(text) : encodeBytes(text);
}

export function configFor(settings: TrainingSettings, tokenizer: Tokenizer): LanguageModelConfig {
  const { cell, nonlinearity, embeddingSize, hiddenSize, numLayers, dropout, tieWeights } = settings;
  return {
    cell,
    nonlinearity,
    vocabularySize: tokenizer.vocabularySize,
    embeddingSize,
    hiddenSize,
    numLayers,
    dropout,
    tieWeights,
    tokenizer: tokenizer.kind,
  };
}

export function optimiserFor(settings: TrainingSettings, model: LanguageModel): Optimiser {
  const { learningRate, weightDecay } = settings;
  const parameters = model.parameters();
  switch (settings.optimizer) {
    case "adamw":
      return new AdamW(parameters, { learningRate, weightDecay });
    case "adam":
      return new Adam(parameters, { learningRate, weightDecay });
    case "rmsprop":
      return new RMSprop(parameters, { learningRate, weightDecay });
    case "sgd":
      return new SGD(parameters, { learningRate, weightDecay });
  }
}

/** Bytes that training needs; throws, naming the sizes, if the heap cannot hold them. */
export function memoryFor(config: LanguageModelConfig, settings: TrainingSettings): number {
  const bytes = trainingBytes(config, settings);
  if (bytes > HEAP_BYTES) {
    const gibibytes = (bytes / 2 ** 30).toFixed(1);
    throw new UnrolledError(
      "out-of-memory",
      `train: ${gibibytes} GiB are needed, 4 GiB can be had, for ${countParameters(config).toLocaleString("en-US")} parameters ` +
        `(hidden size ${config.hiddenSize}, ${config.numLayers} layers, vocabulary ${config.vocabularySize}) and sequences of ` +
        `${settings.seqLength} × ${settings.batchSize} tokens; lower --hidden-size, --batch-size, --seq-length or --vocab-size`,
    );
  }
  return bytes;
}

/** Steps the run will have; null where only the time is given. */
export function totalStepsOf(settings: TrainingSettings, stepsPerEpoch: number): number | null {
  if ("steps" in settings.budget) return settings.budget.steps;
  if ("epochs" in settings.budget) return Math.max(1, Math.round(settings.budget.epochs * stepsPerEpoch));
  return null;
}
