import type { DataSource } from "../../../data/tables/data-source.ts";
import { UnrolledError } from "../../../errors.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { LanguageModel } from "../model/language-model.ts";
import { isOfNumbers } from "./condition.ts";
import { withNumbers } from "./condition-of-texts.ts";
import type { ConditionedText } from "./conditioned-data.ts";
import { conditionedRecords } from "./conditioned-records.ts";
import { documentsOf } from "./documents.ts";
import { scoreDocuments } from "./score-documents.ts";

/**
 * How well a language model with a condition predicts texts with their conditions, each from state zero: every token and the end.
 * `lossNatsWithoutCondition` is what the same model loses where the conditions are hidden from it, as they were from some texts while it
 * was trained.
 *
 * @param texts sources that are read as for its training, or texts with their conditions; an empty one is unknown
 * @throws UnrolledError "invalid-argument" for a model without a condition, a column that is not there, or a condition that the model
 * cannot have; "aborted" once `signal` is
 */
export async function evaluateConditioned(
  { network, tokenizer, config, training }: LanguageModel,
  texts: readonly (DataSource | ConditionedText)[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const { condition } = config;
  if (!condition) {
    throw new UnrolledError("invalid-argument", {
      call: "evaluateConditioned",
      problem: "the model was trained without a condition, needed one with; evaluate measures it",
    });
  }
  const text = typeof training?.text === "string" ? training.text : null;
  const kind = isOfNumbers(condition) ? ("numbers" as const) : ("categories" as const);
  const columns = { condition: condition.name, text, kind };
  const records = await conditionedRecords("evaluateConditioned", texts, columns);
  const own = kind === "numbers" ? withNumbers(records) : records;
  const documents = documentsOf("evaluateConditioned", tokenizer, condition, own);
  return scoreDocuments(network, tokenizer, condition, documents, options);
}
