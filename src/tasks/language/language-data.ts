import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { ConditionedData } from "./condition/conditioned-data.ts";

/** Texts in memory. Bytes are for the byte tokenizer, which takes any file. */
export interface TextData {
  readonly text: string | Uint8Array;
  readonly validation?: string | Uint8Array;
}

/** What a language model learns from without a condition. */
export type PlainData = TextData | PreparedCorpus;

/** What a language model learns from. */
export type TrainingData = PlainData | ConditionedData;

/** Whether data are texts with categories. */
export function isConditioned(data: TrainingData): data is ConditionedData {
  return "train" in data && Array.isArray(data.train);
}
