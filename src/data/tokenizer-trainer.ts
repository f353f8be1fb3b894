import { UnrolledError } from "../errors.ts";
import { byteTokenizer } from "./byte-tokenizer.ts";
import { charTokenizer } from "./char-tokenizer.ts";
import { lastCharacterCut } from "./character-cut.ts";
import type { Tokenizer, TokenizerKind } from "./tokenizer.ts";
import { byFrequency, wordCounts } from "./word-counts.ts";
import { forEachWord, lastWordCut } from "./word-pattern.ts";
import { wordTokenizer } from "./word-tokenizer.ts";

const DEFAULT_WORDS = 10_000;

export interface TokenizerTrainerOptions {
  readonly kind: TokenizerKind;
  /**
   * Words only: the largest size of the vocabulary, `<unk>` and the end of a document included. 10,000 by default.
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

/**
 * Learns characters (Unicode code points, in their order), the most frequent words (then in the order of code points),
 * or the 256 bytes, whatever the text.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function tokenizerTrainer(options: TokenizerTrainerOptions): TokenizerTrainer {
  const { kind, vocabularySize, documents = false } = options;
  if (kind !== "char" && kind !== "byte" && kind !== "word") {
    throw invalid(`kind is ${JSON.stringify(kind)}, needed "char", "byte" or "word"`);
  }
  if (vocabularySize !== undefined && kind !== "word") {
    throw invalid(`vocabularySize ${vocabularySize} came with kind "${kind}", but only "word" takes one`);
  }
  const least = documents ? 3 : 2;
  if (vocabularySize !== undefined && (!Number.isInteger(vocabularySize) || vocabularySize < least)) {
    const what = documents ? "<unk>, <|endoftext|> and a word" : "<unk> and a word";
    throw invalid(`vocabularySize is ${vocabularySize}, needed an integer of at least ${least} (${what})`);
  }
  switch (kind) {
    case "char":
      return charTrainer(documents);
    case "byte":
      return { add: () => {}, endDocument: () => {}, finish: () => byteTokenizer(documents) };
    case "word":
      return wordTrainer((vocabularySize ?? DEFAULT_WORDS) - (least - 1), documents);
  }
}

function charTrainer(documents: boolean): TokenizerTrainer {
  const seen = new Uint8Array(0x110000);
  // Half a surrogate pair at the end of a piece, to be joined with its partner in the next.
  let half = "";
  return {
    add(piece) {
      const text = half + piece;
      const cut = lastCharacterCut(text);
      half = text.slice(cut);
      for (let index = 0; index < cut; index++) {
        const codePoint = text.codePointAt(index) as number;
        seen[codePoint] = 1;
        if (codePoint > 0xffff) index++;
      }
    },
    endDocument() {
      half = "";
    },
    finish() {
      // Half a pair without its partner is no character.
      seen.fill(0, 0xd800, 0xe000);
      const codePoints: number[] = [];
      for (let codePoint = 0; codePoint < seen.length; codePoint++) {
        if (seen[codePoint] === 1) codePoints.push(codePoint);
      }
      if (codePoints.length === 0) throw tooShort("characters");
      return charTokenizer(codePoints, documents);
    },
  };
}

function wordTrainer(words: number, documents: boolean): TokenizerTrainer {
  const { add, endDocument, finish } = wordCounts(lastWordCut, forEachWord);
  return {
    add,
    endDocument,
    finish() {
      const learned = byFrequency(finish()).slice(0, words);
      if (learned.length === 0) throw tooShort("words");
      return wordTokenizer(
        learned.map(([word]) => word),
        documents,
      );
    },
  };
}

function tooShort(what: string): UnrolledError {
  return new UnrolledError(
    "text-too-short",
    `tokenizerTrainer: the text has no ${what} to make a vocabulary of`,
  );
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", `tokenizerTrainer: ${problem}`);
}
