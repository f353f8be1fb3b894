import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import type { CaptionSettings } from "./caption-options.ts";
import type { PictureTexts } from "./caption-records.ts";
import type { FeatureForm } from "./feature-network.ts";

/** How texts become ids and pictures numbers: what is kept in the model's folder. Plain data. */
export interface CaptionReading {
  /** What `tokenizer.json` holds. */
  readonly tokenizer: unknown;
  /** Most tokens of a text, without its end. */
  readonly maxLength: number;
  readonly blind: boolean;
  /** Rows and columns of the places that attention chooses from. */
  readonly grid: readonly [number, number];
  /** How a network that is not trained is asked; not there where convolutions of its own look at pictures. */
  readonly features?: FeatureForm;
}

/** Learns the vocabulary. */
export function learnedTokenizer(
  pictures: readonly PictureTexts[],
  { tokenizer: kind, vocabSize }: CaptionSettings,
): unknown {
  const text = pictures.flatMap(({ texts }) => texts).join("\n");
  const sized = ["word", "bpe", "whitespace"].includes(kind) ? { vocabularySize: vocabSize } : {};
  return trainTokenizer({ kind, text, documents: true, ...sized }).toJSON();
}

/** Reads and writes texts in the way that was learned. */
export class CaptionReader {
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  readonly blind: boolean;
  readonly grid: readonly [number, number];

  constructor({ tokenizer, maxLength, blind, grid }: CaptionReading) {
    this.tokenizer = tokenizerFromJSON(tokenizer);
    this.maxLength = maxLength;
    this.blind = blind;
    this.grid = grid;
  }

  /** The id that ends a text, and stands before its first token. */
  get end(): number {
    return this.tokenizer.endId!;
  }

  /** Ids of a text, with its end. */
  ids(text: string): Int32Array {
    return Int32Array.of(...this.tokenizer.encode(text), this.end);
  }
}
