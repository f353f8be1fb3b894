// Language modelling: truncated backpropagation through time (Williams & Peng 1990) over parallel streams, the state carried from one
// sequence to the next and set to zero at an epoch's end.
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import { UnrolledError } from "../../errors.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { namedOnce } from "../../networks/ties.ts";
import { type Beginning, defineTask, type Prepared, type SettingsOf } from "../task.ts";
import { sequenceBatches } from "./batch-columns.ts";
import type { prepareConditioned } from "./condition/prepare-conditioned.ts";
import { estimate, score } from "./evaluation/evaluate.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { modelFiles } from "./folder/language-folder.ts";
import type { StoredLanguageModel, storedLanguageModel } from "./folder/stored-language-model.ts";
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

/** The task "language": to predict the next token of texts. `anyLanguageTask` reads texts with a condition too. */
export const languageTask = defineTask({
  ...LANGUAGE,
  kernels: "core",
  prepare: (beginning: LanguageBeginning) => prepareLanguage(beginning),
  replica: languageModelReplica,
});

/** What a training of a language model begins with. */
export type LanguageBeginning = Beginning<TrainingData, LanguageTrainingSettings>;

/** What reads what few trainings have: texts with a condition, and a trained model to go on from. */
export interface LanguageReaders {
  readonly prepareConditioned: typeof prepareConditioned;
  readonly storedLanguageModel: typeof storedLanguageModel;
}

/** Makes texts ready. */
export async function prepareLanguage(
  { data, settings: given, threads, model: files }: LanguageBeginning,
  readers: LanguageReaders = { prepareConditioned: readsNone, storedLanguageModel: readsNone },
): Promise<PreparedText> {
  const from = files && (await readers.storedLanguageModel(async (name) => files[name]));
  const settings = from ? withArchitectureOf(from.config, given) : given;
  requireConditionOf(data, settings, from);
  const own = isConditioned(data)
    ? await readers.prepareConditioned(data, settings, from)
    : plain(await openTrainingText(data, settings, from?.tokenizer));
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

async function readsNone(): Promise<never> {
  const problem =
    "a condition, or a model to go on from, is read by the task that train has under the name language";
  throw new UnrolledError("invalid-argument", { call: "train", problem });
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
function plain(text: TrainingText) {
  const { tokenizer, tokens, digest } = text;
  return {
    tokenizer,
    condition: undefined,
    facts: factsOf(text),
    sizes: { "tokens to learn from": tokens.length, "tokens in the vocabulary": tokenizer.vocabularySize },
    digest,
    batchesPerEpoch: text.streams(0).sequencesPerEpoch,
    batch: sequenceBatches(text),
    ...measureOf(text),
    sample: sampler(tokenizer),
  };
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
