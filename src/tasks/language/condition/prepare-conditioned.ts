// What a training of a language model with a condition is made ready with.
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { naming, UnrolledError } from "../../../errors.ts";
import type { Generator } from "../../../random/philox.ts";
import type { LanguageTrainingSettings, PreparedText } from "../language-task.ts";
import type { LanguageModelConfig } from "../model/language-model-config.ts";
import { type Condition, isOfNumbers } from "./condition.ts";
import { rounded } from "./condition-of-texts.ts";
import { type ConditionRow, unknownRow } from "./condition-row.ts";
import type { ConditionedData } from "./conditioned-data.ts";
import { type ConditionedTexts, openConditionedTexts } from "./conditioned-text.ts";
import { documentBatches } from "./document-batches.ts";
import { type ConditionedDocument, endOf } from "./documents.ts";
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
  const options = {
    batchSize,
    seqLength,
    seed,
    hidden: conditionDropout ?? 0,
    unknown: unknownRow(condition),
  };
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
      ...(isOfNumbers(condition)
        ? { "numbers of the condition": condition.numbers.length }
        : { [`categories of ${condition.name}`]: condition.categories.length }),
    },
    digest: texts.digest,
    ...documentBatches(training, options),
    ...measureOf(texts),
    ...(texts.test
      ? { test: ({ model }) => scoreDocuments(model, tokenizer, condition, texts.test ?? []) }
      : {}),
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

function measureOf({
  tokenizer,
  condition,
  validation,
  quick,
}: ConditionedTexts): Pick<PreparedText, "measure"> {
  if (validation.length === 0) return {};
  return {
    measure: (model, how) =>
      how === "quick"
        ? evaluated(model, tokenizer, quick)
        : scoreDocuments(model, tokenizer, condition, validation),
  };
}

/** A text of a condition that is drawn, a category or a text's numbers, which stand in front. */
function sampler({ tokenizer, condition, training }: ConditionedTexts): PreparedText["sample"] & {} {
  const opening = Int32Array.of(endOf("train", tokenizer));
  return async (model, generator: Generator) => {
    const { sampleReader, sampleText } = await import("../sample-text.ts");
    const { row, said } = drawn(condition, training, generator.fork(1));
    const reader = sampleReader(model, tokenizer.vocabularySize, row);
    const text = await sampleText(reader, tokenizer, generator, opening);
    return `${said}: ${text}`;
  };
}

function drawn(
  condition: Condition,
  documents: readonly ConditionedDocument[],
  generator: Generator,
): { readonly row: ConditionRow; readonly said: string } {
  if (!isOfNumbers(condition)) {
    const category = generator.integer(condition.categories.length);
    return { row: Int32Array.of(category + 1), said: condition.categories[category] };
  }
  const { condition: row } = documents[generator.integer(documents.length)];
  const isKnown = row[row.length - 1] === 1;
  const values = condition.numbers.map(({ name, mean, deviation }, place) =>
    isKnown ? `${name} ${rounded(row[place] * deviation + mean)}` : `${name} unknown`,
  );
  return { row, said: values.join(", ") };
}
