import { UnrolledError } from "../errors.ts";
import { byteTokenizer } from "./byte-tokenizer.ts";
import { trainCharTokenizer } from "./char-tokenizer.ts";
import type { Tokenizer, TokenizerKind } from "./tokenizer.ts";
import { trainWordTokenizer } from "./word-tokenizer.ts";

const DEFAULT_WORDS = 10_000;

export interface TrainTokenizerOptions {
  readonly kind: TokenizerKind;
  /** The text for training only: what is held out must not decide the vocabulary. Bytes need none. */
  readonly text: string;
  /** Words only: the largest size of the vocabulary, `<unk>` included. 10,000 by default. */
  readonly vocabularySize?: number | undefined;
}

/**
 * Makes a vocabulary from a text: its characters (Unicode code points), its most frequent words, or the 256
 * bytes whatever the text.
 *
 * @throws UnrolledError "text-too-short" for a text without a single token, "invalid-argument"
 */
export function trainTokenizer(options: TrainTokenizerOptions): Tokenizer {
  const { kind, text, vocabularySize } = options;
  if (kind !== "char" && kind !== "byte" && kind !== "word") {
    throw new UnrolledError(
      "invalid-argument",
      `trainTokenizer: kind is ${JSON.stringify(kind)}, needed "char", "byte" or "word"`,
    );
  }
  if (vocabularySize !== undefined && kind !== "word") {
    throw new UnrolledError(
      "invalid-argument",
      `trainTokenizer: vocabularySize ${vocabularySize} came with kind "${kind}", but only "word" takes one`,
    );
  }
  if (vocabularySize !== undefined && (!Number.isInteger(vocabularySize) || vocabularySize < 2)) {
    throw new UnrolledError(
      "invalid-argument",
      `trainTokenizer: vocabularySize is ${vocabularySize}, needed an integer of at least 2 (<unk> and a word)`,
    );
  }
  if (kind === "byte") return byteTokenizer();
  const tokenizer =
    kind === "char" ? trainCharTokenizer(text) : trainWordTokenizer(text, vocabularySize ?? DEFAULT_WORDS);
  if (tokenizer.vocabularySize === 1) {
    throw new UnrolledError(
      "text-too-short",
      `trainTokenizer: the text has no ${kind === "char" ? "characters" : "words"} to make a vocabulary of`,
    );
  }
  return tokenizer;
}
