import { openDocumentStarts, openTokens } from "#platform";
import { shuffledDocuments } from "../data/shuffled-documents.ts";
import type { PreparedCorpus, TokenFileRef } from "../data/token-file-ref.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { tokenizerFromJSON } from "../data/tokenizer-json.ts";
import { type Tokens, tokensOf } from "../data/tokens.ts";
import { type ScoredText, scoredText } from "../models/evaluate.ts";
import type { Generator } from "../random/philox.ts";
import { encodeText, tokenizerFor } from "./prepare.ts";
import type { TrainingData, TrainingSettings } from "./settings.ts";
import { splitText } from "./split.ts";

/** What the training loop reads: tokens in memory or in files, and what is held out to measure on. */
export interface LoadedData {
  readonly tokenizer: Tokenizer;
  readonly tokens: Tokens;
  readonly heldOut: ScoredText | undefined;
  /** The same tokens with their documents in an order that the generator draws; in the same order where there is but one. */
  shuffled(generator: Generator): Tokens;
}

/** Tokenises a text, or opens the token files of one that was prepared. */
export function loadData(data: TrainingData | PreparedCorpus, settings: TrainingSettings): LoadedData {
  if ("tokenizerJson" in data) return openCorpus(data);
  const { text, validation } = splitText(data, settings);
  const tokenizer = tokenizerFor(text, settings);
  const tokens = tokensOf(encodeText(tokenizer, text));
  const heldOut = validation === undefined ? undefined : scoredText(tokenizer, validation);
  return { tokenizer, tokens, heldOut, shuffled: () => tokens };
}

/** The held-out text of a token file, which stays there. */
export function scoredFile(ref: TokenFileRef): ScoredText {
  return { ids: openTokens(ref), characters: ref.characters, unknownTokens: ref.unknownTokens };
}

function openCorpus({ tokenizerJson, train, validation }: PreparedCorpus): LoadedData {
  const tokens = openTokens(train);
  let starts: Float64Array | undefined;
  return {
    tokenizer: tokenizerFromJSON(tokenizerJson),
    tokens,
    heldOut: validation === null ? undefined : scoredFile(validation),
    shuffled(generator) {
      if (train.documents < 2) return tokens;
      starts ??= openDocumentStarts(train);
      return shuffledDocuments(tokens, starts, generator);
    },
  };
}
