// Language modelling: truncated backpropagation through time (Williams & Peng 1990) over parallel streams, the state carried from one
// sequence to the next and set to zero at an epoch's end.
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { namedOnce } from "../../networks/ties.ts";
import { type Beginning, defineTask, type Prepared, type SettingsOf } from "../task.ts";
import { sequenceBatches } from "./batch-columns.ts";
import { estimate, score } from "./evaluation/evaluate.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { modelFiles } from "./folder/language-folder.ts";
import type { StoredLanguageModel } from "./folder/stored-language-model.ts";
import type { TrainingData } from "./language-data.ts";
import { LANGUAGE } from "./language-description.ts";
import type { LANGUAGE_OPTIONS } from "./language-options.ts";
import {
  type LanguageModelReplicaOptions,
  type LanguageModelShare,
  languageModelReplica,
} from "./language-replica.ts";
import { openTrainingText, type TrainingText } from "./language-text.ts";
import { languageModel } from "./model/language-model-network.ts";
import { configFor, memoryFor, withArchitectureOf } from "./model-config.ts";

/** Everything that decides a training run of a language model, resolved: no value is missing. Plain data. */
export type LanguageTrainingSettings = SettingsOf<typeof LANGUAGE_OPTIONS>;

/** What the start of a run tells of text and vocabulary. */
export interface LanguageFacts {
  readonly vocabularySize: number;
  readonly trainingTokens: number;
  /** Of these, how many the tokenizer does not know. */
  readonly unknownTokens: number;
  readonly validationTokens: number;
}

type PreparedText = Prepared<
  LanguageTrainingSettings,
  LanguageModelReplicaOptions,
  LanguageModelShare,
  LayeredNetwork,
  Evaluation,
  LanguageFacts
>;

/** The task "language": to predict the next token of texts. */
export const languageTask = defineTask({
  ...LANGUAGE,
  prepare: prepareLanguage,
  replica: languageModelReplica,
});

async function prepareLanguage({
  data,
  settings: given,
  threads,
  model: files,
}: Beginning<TrainingData, LanguageTrainingSettings>): Promise<PreparedText> {
  const from = files && (await openStored(files));
  const settings = from ? withArchitectureOf(from.config, given) : given;
  const text = await openTrainingText(data, settings, from?.tokenizer);
  const { tokenizer } = text;
  const config = configFor(settings, tokenizer);
  const { activationRegularization, temporalActivationRegularization, embeddingRange } = settings;
  return {
    settings,
    options: {
      config,
      penalties: { activationRegularization, temporalActivationRegularization },
      embeddingRange,
    },
    weights: from && namedOnce(from.tensors, languageModel(from.config)),
    facts: factsOf(text),
    sizes: {
      "tokens to learn from": text.tokens.length,
      "tokens in the vocabulary": tokenizer.vocabularySize,
    },
    digest: text.digest,
    memoryBytes: memoryFor(config, settings, threads),
    batchesPerEpoch: text.streams(0).sequencesPerEpoch,
    batch: sequenceBatches(text, settings),
    ...measureOf(text),
    sample: sampler(tokenizer),
    files: (network, training, evaluation) =>
      modelFiles({
        network,
        config,
        tokenizer,
        training: { ...training },
        ...(evaluation === undefined ? {} : { evaluation }),
      }),
  };
}

/** A trained model to go on from. Most runs begin with new weights, and need nothing that reads files. */
async function openStored(files: ModelFiles): Promise<StoredLanguageModel> {
  const { storedLanguageModel } = await import("./folder/stored-language-model.ts");
  return storedLanguageModel(async (name) => files[name]);
}

function factsOf({ tokenizer, tokens, unknownTokens, heldOut }: TrainingText): LanguageFacts {
  return {
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: tokens.length,
    unknownTokens,
    validationTokens: heldOut?.ids.length ?? 0,
  };
}

function measureOf({ heldOut, tokenizer }: TrainingText): Pick<PreparedText, "measure"> {
  if (!heldOut) return {};
  return {
    measure: (model, how) =>
      how === "quick" ? estimate(model, tokenizer, heldOut) : score(model, tokenizer, [heldOut]),
  };
}

/** Writes with one reader, whatever the number of samples. What samples need is imported with the first of them. */
function sampler(tokenizer: Tokenizer): PreparedText["sample"] & {} {
  let reader: NextToken | undefined;
  return async (model, generator) => {
    const { sampleReader, sampleText } = await import("./sample-text.ts");
    reader ??= sampleReader(model, tokenizer.vocabularySize);
    return sampleText(reader, tokenizer, generator);
  };
}
