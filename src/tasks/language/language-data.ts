import type { PreparedCorpus } from "../../data/token-file-ref.ts";

/** Texts in memory. Bytes are for the byte tokenizer, which takes any file. */
export interface TextData {
  readonly text: string | Uint8Array;
  readonly validation?: string | Uint8Array;
}

/** What a language model learns from. */
export type TrainingData = TextData | PreparedCorpus;
