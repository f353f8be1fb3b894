// What the trainers of all kinds of tokenizers have in common.
import { UnrolledError } from "../../errors.ts";
import type { Tokenizer, TokenizerKind } from "../tokenizers/tokenizer.ts";

/** What vocabulary to learn. */
export interface TokenizerTrainerOptions {
  readonly kind: TokenizerKind;
  /**
   * Words, tokens between white space and byte pairs only: the largest size of the vocabulary. Of words 10,000 by default,
   * `<unk>` and the end of a document included; of tokens between white space as many as there are; of byte pairs 8,256, the
   * 256 bytes and the end of a document included.
   */
  readonly vocabularySize?: number | undefined;
  /** Whether the vocabulary has a token that ends a document (`Tokenizer.endId`). No by default. */
  readonly documents?: boolean | undefined;
}

/** Makes a vocabulary from a text that comes in pieces, in memory for its distinct characters or words alone. */
export interface TokenizerTrainer {
  /** Reads on. Pieces may be cut anywhere, also within a word or a character. */
  add(text: string): void;
  /** Ends a document: what is added next does not continue its last word. */
  endDocument(): void;
  /** The tokenizer, once everything has been added. Throws "text-too-short" if that had no single token. */
  finish(): Tokenizer;
}

/** What one kind's trainer is made by. */
export type TrainerMaker = (options: TokenizerTrainerOptions) => TokenizerTrainer;

/** Of a kind whose vocabulary has the size that it has. */
export function refuseSize({ kind, vocabularySize }: TokenizerTrainerOptions): void {
  if (vocabularySize === undefined) return;
  throw invalid(
    `vocabularySize ${vocabularySize} came with kind "${kind}", but only "word" and "bpe" take one, and "whitespace"`,
  );
}

export function checkedSize(size: number, least: number, what: string): number {
  if (Number.isInteger(size) && size >= least) return size;
  throw new UnrolledError("invalid-argument", {
    call: "tokenizerTrainer",
    subject: [{ option: "vocabularySize" }],
    got: String(size),
    needed: `an integer of at least ${least} (${what})`,
  });
}

/** An error unless it is a kind that there is. */
export function checkedKind<Kinds extends object>(
  kinds: Kinds,
  kind: TokenizerKind,
): TokenizerKind & keyof Kinds {
  if (Object.hasOwn(kinds, kind)) return kind as TokenizerKind & keyof Kinds;
  throw invalid(`kind is ${JSON.stringify(kind)}, needed "char", "byte", "word", "whitespace" or "bpe"`);
}

export function tooShort(what: string): UnrolledError {
  return new UnrolledError("text-too-short", {
    call: "tokenizerTrainer",
    problem: `the text has no ${what} to make a vocabulary of`,
  });
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "tokenizerTrainer", problem });
}
