import type { TokenizerTrainerOptions } from "../vocabularies/vocabulary.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { tokenizerTrainer } from "./tokenizer-trainer.ts";

export interface TrainTokenizerOptions extends TokenizerTrainerOptions {
  /** The text for training only: what is held out must not decide the vocabulary. Bytes need none. */
  readonly text: string;
}

/**
 * Makes a vocabulary from a text: its characters (Unicode code points), its most frequent words, its tokens between
 * white space, byte pairs, or the 256 bytes whatever the text.
 *
 * @throws UnrolledError "text-too-short" for a text without a single token, "invalid-argument"
 */
export function trainTokenizer({ text, ...options }: TrainTokenizerOptions): Tokenizer {
  const trainer = tokenizerTrainer(options);
  trainer.add(text);
  return trainer.finish();
}
