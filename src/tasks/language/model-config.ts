// What a language model is made of, from its settings.
import { encodeBytes } from "../../data/tokenizers/encode-bytes.ts";
import { loadTrainer } from "../../data/tokenizers/load-trainer.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { naming, UnrolledError } from "../../errors.ts";
import type { Condition } from "./condition/condition.ts";
import type { LanguageTrainingSettings } from "./language-task.ts";
import { countParameters, trainingBytes } from "./memory.ts";
import {
  architectureOptions,
  type CellConfig,
  configuredOptions,
  settledCell,
} from "./model/language-cell.ts";
import type { LanguageModelConfig } from "./model/language-model-config.ts";

const HEAP_BYTES = 2 ** 32;

/** The tokenizer, its vocabulary taken from the training part alone. */
export async function tokenizerFor(
  text: string | Uint8Array,
  settings: LanguageTrainingSettings,
): Promise<Tokenizer> {
  if (typeof text !== "string" && settings.tokenizer !== "byte") {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `bytes need the byte tokenizer, the settings say ${settings.tokenizer}`,
    });
  }
  const { tokenizer: kind, vocabSize } = settings;
  const trainer = await loadTrainer({ kind, vocabularySize: vocabSize ?? undefined });
  if (typeof text === "string") trainer.add(text);
  return trainer.finish();
}

/** Token ids of a text, or of bytes. */
export function encodeText(tokenizer: Tokenizer, text: string | Uint8Array): Int32Array {
  return typeof text === "string" ? tokenizer.encode(text) : encodeBytes(text);
}

export function configFor(
  settings: LanguageTrainingSettings,
  tokenizer: Pick<Tokenizer, "vocabularySize" | "kind">,
  condition?: Condition,
): LanguageModelConfig {
  const { cell, embeddingSize, hiddenSize, numLayers, dropout, tieWeights } = settings;
  const { embeddingDropout, inputDropout, layerDropout, outputDropout, lockedDropout, weightDrop } = settings;
  return {
    cell,
    vocabularySize: tokenizer.vocabularySize,
    embeddingSize,
    hiddenSize,
    numLayers,
    ...(settings.lastHiddenSize == null ? {} : { lastHiddenSize: settings.lastHiddenSize }),
    dropout,
    // Of the rest only what differs from the defaults stands in a model's config.json.
    ...configuredOptions(settings),
    ...(embeddingDropout > 0 ? { embeddingDropout } : {}),
    ...(inputDropout !== null ? { inputDropout } : {}),
    ...(layerDropout !== null ? { layerDropout } : {}),
    ...(outputDropout !== null ? { outputDropout } : {}),
    ...(lockedDropout ? { lockedDropout } : {}),
    ...(weightDrop > 0 ? { weightDrop } : {}),
    tieWeights,
    tokenizer: tokenizer.kind,
    ...(condition ? { condition } : {}),
  };
}

/** The settings with the sizes of a trained model that is gone on from. */
export function withArchitectureOf(
  config: LanguageModelConfig,
  settings: LanguageTrainingSettings,
): LanguageTrainingSettings {
  const { cell, embeddingSize, hiddenSize, numLayers, lastHiddenSize = null, tieWeights, tokenizer } = config;
  const sizes = { cell, embeddingSize, hiddenSize, numLayers, lastHiddenSize, tieWeights, tokenizer };
  const own = Object.fromEntries(
    architectureOptions(cell).map((name) => [name, config[name as keyof CellConfig]]),
  );
  const { conditionSize } = settings;
  const whole = { ...settings, ...sizes, conditionSize: config.condition?.size ?? conditionSize };
  return { ...whole, ...settledCell(whole, { ...settings, ...own }) };
}

/** Bytes that training needs; throws, naming the sizes, if the heap cannot hold them. */
export function memoryFor(
  config: LanguageModelConfig,
  settings: LanguageTrainingSettings,
  threads: number,
): number {
  const bytes = trainingBytes(config, { ...settings, threads });
  if (bytes > HEAP_BYTES) {
    const gibibytes = (bytes / 2 ** 30).toFixed(1);
    const [hidden, batch, seq, vocab] = ["hiddenSize", "batchSize", "seqLength", "vocabSize"].map(
      (option) => ({ option }),
    );
    throw new UnrolledError("out-of-memory", {
      call: "train",
      problem:
        `${gibibytes} GiB are needed, 4 GiB can be had, for ${countParameters(config).toLocaleString("en-US")} parameters ` +
        `(hidden size ${config.hiddenSize}, ${config.numLayers} layers, vocabulary ${config.vocabularySize}) and sequences of ` +
        `${settings.seqLength} × ${settings.batchSize} tokens`,
      advice: naming`lower ${hidden}, ${batch}, ${seq} or ${vocab}`,
    });
  }
  return bytes;
}
