import { openDocumentStarts, openTokens } from "#platform";
import { shuffledDocuments } from "../data/shuffled-documents.ts";
import { type TokenStreams, tokenStreams } from "../data/streams.ts";
import type { PreparedCorpus } from "../data/token-file-ref.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { tokenizerFromJSON } from "../data/tokenizer-json.ts";
import type { Tokens } from "../data/tokens.ts";
import { tokensOf } from "../data/tokens.ts";
import { UnrolledError } from "../errors.ts";
import { type ScoredText, scoredFile, scoredText } from "../models/scored-text.ts";
import { Generator } from "../random/philox.ts";
import { encodeText, tokenizerFor } from "./prepare.ts";
import type { TextData, TrainingData, TrainingSettings } from "./settings.ts";
import { splitText } from "./split.ts";

/** Place of the orders of documents among a seed's streams of random numbers. */
const ORDERS = 2;

/** What a run learns from and is measured on. */
export interface TrainingText {
  readonly tokenizer: Tokenizer;
  readonly tokens: Tokens;
  readonly heldOut: ScoredText | undefined;
  /** Tokens to learn from that the tokenizer does not know. */
  readonly unknownTokens: number;
  /** An epoch's streams, counted from 0: the same each time, or with the documents in another order. */
  streams(epoch: number): TokenStreams;
}

/** Tokenises texts in memory, with `given` or a tokenizer made from the training part, or opens a corpus that is tokens already. */
export function openTrainingText(
  data: TrainingData,
  settings: TrainingSettings,
  given: Tokenizer | undefined,
): TrainingText {
  const { batchSize, seqLength, seed, shuffle } = settings;
  const { tokenizer, tokens, heldOut, documentStarts, unknownTokens } =
    "train" in data ? fromCorpus(data, given, shuffle === "documents") : fromMemory(data, settings, given);
  if (heldOut && heldOut.ids.length < 2) {
    throw new UnrolledError(
      "text-too-short",
      `train: the held-out text has ${heldOut.ids.length} tokens, needed at least 2 to measure on; give a longer --val or --val-fraction 0`,
    );
  }
  const inOrder = tokenStreams(tokens, batchSize, seqLength);
  const orders = new Generator(seed).fork(ORDERS);
  const shuffled = (epoch: number) =>
    tokenStreams(shuffledDocuments(tokens, documentStarts!, orders.fork(epoch)), batchSize, seqLength);
  const isShuffled = documentStarts !== undefined && documentStarts.length > 1;
  return {
    tokenizer,
    tokens,
    heldOut,
    unknownTokens,
    streams: (epoch) => (isShuffled ? shuffled(epoch) : inOrder),
  };
}

interface OpenedText {
  readonly tokenizer: Tokenizer;
  readonly tokens: Tokens;
  readonly heldOut: ScoredText | undefined;
  readonly documentStarts: Float64Array | undefined;
  readonly unknownTokens: number;
}

function fromMemory(data: TextData, settings: TrainingSettings, given: Tokenizer | undefined): OpenedText {
  const { text, validation } = splitText(data, settings);
  const tokenizer = given ?? tokenizerFor(text, settings);
  const ids = encodeText(tokenizer, text);
  const { unknownId } = tokenizer;
  return {
    tokenizer,
    tokens: tokensOf(ids),
    heldOut: validation === undefined ? undefined : scoredText(tokenizer, validation),
    documentStarts: undefined,
    unknownTokens: unknownId === null ? 0 : ids.reduce((sum, id) => sum + (id === unknownId ? 1 : 0), 0),
  };
}

function fromCorpus(
  { tokenizerJson, train, validation }: PreparedCorpus,
  given: Tokenizer | undefined,
  isShuffled: boolean,
): OpenedText {
  return {
    tokenizer: given ?? tokenizerFromJSON(tokenizerJson),
    tokens: openTokens(train),
    documentStarts: isShuffled ? openDocumentStarts(train) : undefined,
    heldOut: validation ? scoredFile(validation) : undefined,
    unknownTokens: train.unknownTokens,
  };
}
