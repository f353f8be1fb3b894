import { UnrolledError } from "../errors.ts";
import { learnMerges } from "./bpe-trainer.ts";
import { byteTokenizer } from "./byte-tokenizer.ts";
import { charTokenizer } from "./char-tokenizer.ts";
import { lastCharacterCut } from "./character-cut.ts";
import { ownBpeTokenizer } from "./own-bpe.ts";
import { OWN_RULES } from "./pre-token-patterns.ts";
import { forEachPreToken, lastPreTokenCut } from "./pre-tokens.ts";
import type { Tokenizer, TokenizerKind } from "./tokenizer.ts";
import { byFrequency, wordCounts } from "./word-counts.ts";
import { forEachWord, lastWordCut } from "./word-pattern.ts";
import { wordTokenizer } from "./word-tokenizer.ts";

const DEFAULT_WORDS = 10_000;
/** 8,000 merges. */
const DEFAULT_TOKENS = 8256;
const BYTES = 256;

/** What vocabulary to learn. */
export interface TokenizerTrainerOptions {
  readonly kind: TokenizerKind;
  /**
   * Words and byte pairs only: the largest size of the vocabulary. Of words 10,000 by default, `<unk>` and the end of a
   * document included; of byte pairs 8,256, the 256 bytes and the end of a document included.
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
 * byte pairs (the most frequent, again and again), or the 256 bytes, whatever the text.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function tokenizerTrainer(options: TokenizerTrainerOptions): TokenizerTrainer {
  const { kind, vocabularySize, documents = false } = options;
  const special = documents ? 1 : 0;
  switch (kind) {
    case "char":
      refuseSize(kind, vocabularySize);
      return charTrainer(documents);
    case "byte":
      refuseSize(kind, vocabularySize);
      return { add: () => {}, endDocument: () => {}, finish: () => byteTokenizer(documents) };
    case "word": {
      const what = documents ? "<unk>, <|endoftext|> and a word" : "<unk> and a word";
      const size = checkedSize(vocabularySize ?? DEFAULT_WORDS, 2 + special, what);
      return wordTrainer(size - 1 - special, documents);
    }
    case "bpe": {
      const what = documents ? "256 bytes and <|endoftext|>" : "256 bytes";
      const size = checkedSize(vocabularySize ?? DEFAULT_TOKENS, BYTES + special, what);
      return bpeTrainer(size - BYTES - special, documents);
    }
    default:
      throw invalid(`kind is ${JSON.stringify(kind)}, needed "char", "byte", "word" or "bpe"`);
  }
}

function refuseSize(kind: TokenizerKind, size: number | undefined): void {
  if (size === undefined) return;
  throw invalid(`vocabularySize ${size} came with kind "${kind}", but only "word" and "bpe" take one`);
}

function checkedSize(size: number, least: number, what: string): number {
  if (Number.isInteger(size) && size >= least) return size;
  throw invalid(`vocabularySize is ${size}, needed an integer of at least ${least} (${what})`);
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

function bpeTrainer(merges: number, documents: boolean): TokenizerTrainer {
  const { add, endDocument, finish } = wordCounts(
    (text) => lastPreTokenCut(OWN_RULES, text),
    (text, visit) => forEachPreToken(OWN_RULES, text, visit),
  );
  return {
    add,
    endDocument,
    finish() {
      const counts = finish();
      if (counts.size === 0) throw tooShort("bytes");
      return ownBpeTokenizer(learnMerges(counts, merges), documents);
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
