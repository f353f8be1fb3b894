import type { TaskData } from "../../examples/sources.ts";
import type { GivenCondition } from "./condition.ts";

/** A text of its own, and what it is written for: a category, or numbers; empty where that is not known. */
export interface ConditionedText {
  readonly text: string;
  readonly condition: GivenCondition;
}

/**
 * Texts with what each is written for, for a language model with a condition: tables with a column of texts and one of categories, or some
 * of numbers; files whose names are the category of each of their lines; or texts that are there already.
 */
export interface ConditionedData extends TaskData<ConditionedText> {
  /** The tokenizer's file; one is made of the texts to learn from if not given. */
  readonly tokenizerJson?: unknown;
}
