// Language modelling: truncated backpropagation through time (Williams & Peng 1990) over parallel streams, the state carried from one
// sequence to the next and set to zero at an epoch's end.
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import { UnrolledError } from "../../errors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { namedOnce } from "../../networks/ties.ts";
import { type Beginning, defineTask, type Prepared, type SettingsOf } from "../task.ts";
import { sequenceBatches } from "./batch-columns.ts";
import type { ConditionedData } from "./condition/conditioned-data.ts";
import type { PreparedConditioned } from "./condition/prepare-conditioned.ts";
import { estimate, score } from "./evaluation/evaluate.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { modelFiles } from "./folder/language-folder.ts";
import type { StoredLanguageModel } from "./folder/stored-language-model.ts";
import { isConditioned, type TrainingData } from "./language-data.ts";
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

/** A training of a language model, made ready. */
export type PreparedText = Prepared<
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
  requireConditionOf(data, settings, from);
  const own = isConditioned(data)
    ? await conditioned(data, settings, from)
    : plain(await openTrainingText(data, settings, from?.tokenizer), settings);
  const { tokenizer, condition, ...prepared } = own;
  const config = configFor(settings, tokenizer, condition);
  const { activationRegularization, temporalActivationRegularization, embeddingRange } = settings;
  return {
    settings,
    options: {
      config,
      penalties: { activationRegularization, temporalActivationRegularization },
      embeddingRange,
    },
    weights: from && namedOnce(from.tensors, languageModel(from.config)),
    ...prepared,
    memoryBytes: memoryFor(config, settings, threads),
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

/** Texts with a condition need what reads them. */
async function conditioned(
  data: ConditionedData,
  settings: LanguageTrainingSettings,
  from: StoredLanguageModel | undefined,
): Promise<PreparedConditioned> {
  const { prepareConditioned } = await import("./condition/prepare-conditioned.ts");
  return prepareConditioned(data, settings, from);
}

/** An error where a condition is asked for and the data are plain texts, or the other way round. */
function requireConditionOf(
  data: TrainingData,
  { condition }: LanguageTrainingSettings,
  from: StoredLanguageModel | undefined,
): void {
  if ((condition !== null) === isConditioned(data) && (condition !== null || !from?.config.condition)) return;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "condition" }],
    got: condition === null ? "none" : JSON.stringify(condition),
    needed: isConditioned(data)
      ? "a column, for texts with categories"
      : condition === null
        ? "what the model to begin with has"
        : "data with a list of sources to train on",
  });
}

/** What follows from a text without a condition. */
function plain(text: TrainingText, settings: LanguageTrainingSettings) {
  const { tokenizer, tokens, digest } = text;
  return {
    tokenizer,
    condition: undefined,
    facts: factsOf(text),
    sizes: { "tokens to learn from": tokens.length, "tokens in the vocabulary": tokenizer.vocabularySize },
    digest,
    batchesPerEpoch: text.streams(0).sequencesPerEpoch,
    batch: sequenceBatches(text, settings),
    ...measureOf(text),
    sample: sampler(tokenizer),
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
