// What a language model with a condition learns from: documents with their conditions.
import { digestOf } from "../../../data/digest.ts";
import { loadTrainer } from "../../../data/tokenizers/load-trainer.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { heldOut } from "../../examples/held-out.ts";
import type { LanguageTrainingSettings } from "../language-task.ts";
import { type Condition, type GivenCondition, isOfNumbers } from "./condition.ts";
import { conditionNotes, conditionOf, kindOfTexts, withNumbers } from "./condition-of-texts.ts";
import type { ConditionRow } from "./condition-row.ts";
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
 * same stand in one part, whatever their conditions.
 *
 * @throws UnrolledError "invalid-argument" for a category that the model to go on from, or the training part, does not have
 */
export async function openConditionedTexts(
  data: ConditionedData,
  settings: LanguageTrainingSettings,
  from: { readonly tokenizer: Tokenizer; readonly condition: Condition } | undefined,
): Promise<ConditionedTexts> {
  const asked = { condition: settings.condition ?? "", text: settings.text };
  const given = from ? kindOf(from.condition) : settings.conditionKind;
  const read = await conditionedRecords("train", data.train, { ...asked, kind: given });
  const kind = kindOfTexts(read, given);
  const columns = { ...asked, kind };
  const recordsOf = async (entries: ConditionedData["train"]) => {
    const records = await conditionedRecords("train", entries, columns);
    return kind === "numbers" ? withNumbers(records) : records;
  };
  const all = kind === "numbers" ? withNumbers(read) : read;
  if (!from) conditionOf(all, kind, settings);
  const { seed, valFraction: share } = settings;
  const parts =
    data.val !== undefined
      ? { training: all, heldOut: await recordsOf(data.val) }
      : heldOut(all, { share, seed, groupOf: ({ text }) => text });
  const tokenizer = from?.tokenizer ?? (await tokenizerOf(parts.training, data, settings));
  const condition = from?.condition ?? conditionOf(parts.training, kind, settings);
  const [training, validation] = [
    parts.training,
    knownOf(parts.heldOut, condition, data.val !== undefined),
  ].map((records) => documentsOf("train", tokenizer, condition, records));
  const { unknownId } = tokenizer;
  const apart = Math.ceil(validation.length / QUICK);
  return {
    tokenizer,
    condition,
    training,
    validation,
    test: data.test && documentsOf("train", tokenizer, condition, await recordsOf(data.test)),
    quick: validation.filter((_, place) => place % apart === 0),
    trainingTokens: training.reduce((sum, document) => sum + predictionsOf(document), 0),
    unknownTokens:
      unknownId === null
        ? 0
        : training.reduce((sum, { ids }) => sum + ids.filter((id) => id === unknownId).length, 0),
    notes: conditionNotes(parts.training, condition),
    digest: () =>
      digestOf(
        [training, validation].map((documents) =>
          Int32Array.from(documents.flatMap(({ condition: row, ids }) => [...bitsOf(row), ...ids])),
        ),
      ),
  };
}

function kindOf(condition: Condition): "categories" | "numbers" {
  return isOfNumbers(condition) ? "numbers" : "categories";
}

function bitsOf({ buffer, byteOffset, length }: ConditionRow): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** Texts that are held out by chance and whose category no text to learn from has are given as of an unknown one. */
function knownOf(
  records: readonly ConditionedText[],
  condition: Condition,
  isGiven: boolean,
): readonly ConditionedText[] {
  if (isGiven || isOfNumbers(condition)) return records;
  const known = new Set<GivenCondition>(condition.categories);
  return records.map((record) => (known.has(record.condition) ? record : { ...record, condition: "" }));
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
