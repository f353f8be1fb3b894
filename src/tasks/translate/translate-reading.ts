// Texts as token ids, and ids as texts: what is fitted to the training part and kept in the model's folder.
import type { Tokenizer, TokenizerKind } from "../../data/tokenizers/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import { unknownParts } from "../../data/tokenizers/unknown-parts.ts";
import { tokenizersOf } from "./translate-description.ts";
import type { TranslateSettings } from "./translate-options.ts";
import type { Pair } from "./translate-pairs.ts";

/** Plain data. */
export interface TranslateReading {
  /** What `tokenizer.json` holds. */
  readonly source: unknown;
  /** null: the sources'. */
  readonly target: unknown;
  readonly lowercase: boolean;
  /** Most tokens of a source and of a target, without the end. */
  readonly maxLength: number;
}

/** Ids of a source and of its target, each with its end. */
export interface TranslateExample {
  readonly source: Int32Array;
  readonly target: Int32Array;
}

/** Learns the vocabularies. */
export function translateReading(pairs: readonly Pair[], settings: TranslateSettings): TranslateReading {
  const { joint, lowercase, maxLength } = settings;
  const [source, target] = tokenizersOf(settings);
  const learned = (kind: TokenizerKind, ...sides: readonly (keyof Pair)[]) => {
    const text = sides.map((side) => pairs.map((pair) => pair[side]).join("\n")).join("\n");
    const sized = ["word", "bpe", "whitespace"].includes(kind) ? { vocabularySize: settings.vocabSize } : {};
    return trainTokenizer({ kind, text: cased(text, lowercase), documents: true, ...sized }).toJSON();
  };
  return {
    source: joint ? learned(source, "source", "target") : learned(source, "source"),
    target: joint ? null : learned(target, "target"),
    lowercase,
    maxLength,
  };
}

/** Reads and writes texts in the way that was learned. */
export class TranslateReader {
  readonly source: Tokenizer;
  readonly target: Tokenizer;
  readonly maxLength: number;
  readonly lowercase: boolean;

  constructor({ source, target, lowercase, maxLength }: TranslateReading) {
    this.source = tokenizerFromJSON(source);
    this.target = target === null ? this.source : tokenizerFromJSON(target);
    this.maxLength = maxLength;
    this.lowercase = lowercase;
  }

  /** The id that ends a target, and stands before its first token. */
  get end(): number {
    return this.target.endId!;
  }

  /** Ids of a source, with its end. */
  sourceIds(text: string): Int32Array {
    return ended(this.source, cased(text, this.lowercase));
  }

  /** What of a source its vocabulary lacks, each once. */
  unknownIn(text: string): readonly string[] {
    return unknownParts(this.source, cased(text, this.lowercase));
  }

  /** Ids of a target, with its end. */
  targetIds(text: string): Int32Array {
    return ended(this.target, cased(text, this.lowercase));
  }

  example({ source, target }: Pair): TranslateExample {
    return { source: this.sourceIds(source), target: this.targetIds(target) };
  }

  /** Whether source and target have a token, and no more than there may be. */
  fits({ source, target }: TranslateExample): boolean {
    const most = this.maxLength + 1;
    return [source, target].every(({ length }) => length > 1 && length <= most);
  }

  /** A target as text. */
  text(ids: ArrayLike<number>): string {
    return this.target.decode(ids);
  }
}

function ended({ encode, endId }: Tokenizer, text: string): Int32Array {
  const ids = encode(text);
  const all = new Int32Array(ids.length + 1);
  all.set(ids);
  all[ids.length] = endId!;
  return all;
}

function cased(text: string, lowercase: boolean): string {
  return lowercase ? text.toLowerCase() : text;
}
