// What a language model with a condition learns from: documents with their categories.
import { digestOf } from "../../../data/digest.ts";
import { loadTrainer } from "../../../data/tokenizers/load-trainer.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { naming, UnrolledError } from "../../../errors.ts";
import { heldOut } from "../../examples/held-out.ts";
import type { LanguageTrainingSettings } from "../language-task.ts";
import { type Condition, checkCondition } from "./condition.ts";
import type { ConditionedData, ConditionedText } from "./conditioned-data.ts";
import { conditionedRecords } from "./conditioned-records.ts";
import { type ConditionedDocument, documentsOf, predictionsOf } from "./documents.ts";

/** Documents that a quick measurement reads. */
const QUICK = 1000;

/** Documents to learn from and those that are held out. */
export interface ConditionedTexts {
  readonly tokenizer: Tokenizer;
  readonly condition: Condition;
  readonly training: readonly ConditionedDocument[];
  readonly validation: readonly ConditionedDocument[];
  /** What is measured on once, at the end. */
  readonly test: readonly ConditionedDocument[] | undefined;
  /** Some of those that are held out. */
  readonly quick: readonly ConditionedDocument[];
  readonly trainingTokens: number;
  readonly unknownTokens: number;
  readonly notes: readonly string[];
  digest(): Promise<string>;
}

/**
 * Reads and splits texts, with the tokenizer and the condition of a model to go on from, or those of the training part. Texts that are the
 * same stand in one part, whatever their categories.
 *
 * @throws UnrolledError "invalid-argument" for a category that the model to go on from, or the training part, does not have
 */
export async function openConditionedTexts(
  data: ConditionedData,
  settings: LanguageTrainingSettings,
  from: { readonly tokenizer: Tokenizer; readonly condition: Condition } | undefined,
): Promise<ConditionedTexts> {
  const columns = { condition: settings.condition ?? "", text: settings.text };
  const all = await conditionedRecords("train", data.train, columns);
  if (!from) conditionOf(all, settings);
  const { seed, valFraction: share } = settings;
  const parts =
    data.val !== undefined
      ? { training: all, heldOut: await conditionedRecords("train", data.val, columns) }
      : heldOut(all, { share, seed, groupOf: ({ text }) => text });
  const tokenizer = from?.tokenizer ?? (await tokenizerOf(parts.training, data, settings));
  const condition = from?.condition ?? conditionOf(parts.training, settings);
  const [training, validation] = [
    parts.training,
    knownOf(parts.heldOut, condition, data.val !== undefined),
  ].map((records) => documentsOf("train", tokenizer, condition, records));
  const { unknownId } = tokenizer;
  const apart = Math.ceil(validation.length / QUICK);
  const counts = new Map<string, number>();
  for (const { condition: category } of parts.training) counts.set(category, (counts.get(category) ?? 0) + 1);
  return {
    tokenizer,
    condition,
    training,
    validation,
    test:
      data.test &&
      documentsOf("train", tokenizer, condition, await conditionedRecords("train", data.test, columns)),
    quick: validation.filter((_, place) => place % apart === 0),
    trainingTokens: training.reduce((sum, document) => sum + predictionsOf(document), 0),
    unknownTokens:
      unknownId === null
        ? 0
        : training.reduce((sum, { ids }) => sum + ids.filter((id) => id === unknownId).length, 0),
    notes: notesOf(counts, condition),
    digest: () =>
      digestOf(
        [training, validation].map((documents) =>
          Int32Array.from(documents.flatMap(({ condition: id, ids }) => [id, ...ids])),
        ),
      ),
  };
}

/** Texts that are held out by chance and whose category no text to learn from has are given as of an unknown one. */
function knownOf(
  records: readonly ConditionedText[],
  { categories }: Condition,
  isGiven: boolean,
): readonly ConditionedText[] {
  if (isGiven) return records;
  return records.map((record) =>
    categories.includes(record.condition) ? record : { ...record, condition: "" },
  );
}

function conditionOf(records: readonly ConditionedText[], settings: LanguageTrainingSettings): Condition {
  const categories = [...new Set(records.map(({ condition }) => condition))].filter((each) => each !== "");
  if (categories.length < 2) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: naming`${{ option: "condition" }} has ${categories.length === 0 ? "no category" : `the one category ${categories[0]}`} in the texts to learn from, needed two or more`,
    });
  }
  const condition = {
    name: settings.condition ?? "",
    categories: categories.sort(),
    size: settings.conditionSize ?? 1,
  };
  checkCondition("train", condition);
  return condition;
}

async function tokenizerOf(
  records: readonly ConditionedText[],
  { tokenizerJson }: ConditionedData,
  { tokenizer: kind, vocabSize }: LanguageTrainingSettings,
): Promise<Tokenizer> {
  if (tokenizerJson !== undefined) {
    const { loadTokenizerFromJSON } = await import(
      "../../../data/tokenizers/json/load-tokenizer-from-json.ts"
    );
    return loadTokenizerFromJSON(tokenizerJson);
  }
  const trainer = await loadTrainer({ kind, vocabularySize: vocabSize ?? undefined, documents: true });
  for (const { text } of records) {
    trainer.add(text);
    trainer.endDocument();
  }
  return trainer.finish();
}

function notesOf(counts: ReadonlyMap<string, number>, { name, categories }: Condition): readonly string[] {
  const once = categories.filter((category) => counts.get(category) === 1);
  const empty = counts.get("") ?? 0;
  return [
    ...(empty === 0
      ? []
      : [
          `${empty} ${empty === 1 ? "text has" : "texts have"} no ${name}: learned from as of an unknown one`,
        ]),
    ...(once.length === 0
      ? []
      : [
          `${once.length === 1 ? "one" : once.length} of ${categories.length} categories of ${name} ${once.length === 1 ? "has" : "have"} one text: ${once.slice(0, 5).join(", ")}`,
        ]),
  ];
}
