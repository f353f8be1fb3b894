// What a training of a language model with a condition is made ready with.
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { naming, UnrolledError } from "../../../errors.ts";
import type { Generator } from "../../../random/philox.ts";
import type { LanguageTrainingSettings, PreparedText } from "../language-task.ts";
import type { LanguageModelConfig } from "../model/language-model-config.ts";
import type { Condition } from "./condition.ts";
import type { ConditionedData } from "./conditioned-data.ts";
import { type ConditionedTexts, openConditionedTexts } from "./conditioned-text.ts";
import { documentBatches } from "./document-batches.ts";
import { endOf } from "./documents.ts";
import { evaluated, scoreDocuments } from "./score-documents.ts";

/** What of a training follows from its texts. */
export interface PreparedConditioned
  extends Pick<
    PreparedText,
    "facts" | "sizes" | "digest" | "batchesPerEpoch" | "batch" | "measure" | "sample" | "notes" | "test"
  > {
  readonly tokenizer: Tokenizer;
  readonly condition: Condition;
}

/**
 * Reads the texts.
 *
 * @throws UnrolledError "invalid-argument" where the model to go on from has no condition, and whatever is wrong with the texts
 */
export async function prepareConditioned(
  data: ConditionedData,
  settings: LanguageTrainingSettings,
  from: { readonly config: LanguageModelConfig; readonly tokenizer: Tokenizer } | undefined,
): Promise<PreparedConditioned> {
  const texts = await openConditionedTexts(data, settings, from && conditionedModel(from));
  const { tokenizer, condition, training, validation } = texts;
  const { batchSize, seqLength, seed, conditionDropout } = settings;
  const options = { batchSize, seqLength, seed, hidden: conditionDropout ?? 0 };
  return {
    tokenizer,
    condition,
    notes: texts.notes,
    facts: {
      vocabularySize: tokenizer.vocabularySize,
      trainingTokens: texts.trainingTokens,
      unknownTokens: texts.unknownTokens,
      validationTokens: validation.reduce((sum, { ids }) => sum + ids.length - 1, 0),
    },
    sizes: {
      "texts to learn from": training.length,
      "tokens in the vocabulary": tokenizer.vocabularySize,
      [`categories of ${condition.name}`]: condition.categories.length,
    },
    digest: texts.digest,
    ...documentBatches(training, options),
    ...measureOf(texts),
    ...(texts.test ? { test: ({ model }) => scoreDocuments(model, tokenizer, texts.test ?? []) } : {}),
    sample: sampler(texts),
  };
}

function conditionedModel({
  config,
  tokenizer,
}: {
  readonly config: LanguageModelConfig;
  readonly tokenizer: Tokenizer;
}): { readonly tokenizer: Tokenizer; readonly condition: Condition } {
  const { condition } = config;
  if (condition) return { tokenizer, condition };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: naming`the model to begin with has no condition, so ${{ option: "condition" }} cannot be given`,
  });
}

function measureOf({ tokenizer, validation, quick }: ConditionedTexts): Pick<PreparedText, "measure"> {
  if (validation.length === 0) return {};
  return {
    measure: (model, how) =>
      how === "quick" ? evaluated(model, tokenizer, quick) : scoreDocuments(model, tokenizer, validation),
  };
}

/** A text of a category that is drawn, with its name in front. */
function sampler({ tokenizer, condition }: ConditionedTexts): PreparedText["sample"] & {} {
  const { categories } = condition;
  const opening = Int32Array.of(endOf("train", tokenizer));
  return async (model, generator: Generator) => {
    const { sampleReader, sampleText } = await import("../sample-text.ts");
    const category = generator.fork(1).integer(categories.length);
    const reader = sampleReader(model, tokenizer.vocabularySize, category + 1);
    const text = await sampleText(reader, tokenizer, generator, opening);
    return `${categories[category]}: ${text}`;
  };
}
