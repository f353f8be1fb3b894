import type { TaskData } from "../../examples/sources.ts";

/** A text of its own, and the category that it is written for; empty where that is not known. */
export interface ConditionedText {
  readonly text: string;
  readonly condition: string;
}

/**
 * Texts with their categories, for a language model with a condition: tables with a column of each, files whose names are the category of
 * each of their lines, or texts that are there already.
 */
export interface ConditionedData extends TaskData<ConditionedText> {
  /** The tokenizer's file; one is made of the texts to learn from if not given. */
  readonly tokenizerJson?: unknown;
}
