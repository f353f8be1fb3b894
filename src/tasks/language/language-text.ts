import { digestOf } from "../../data/digest.ts";
import { type TokenStreams, tokenStreams } from "../../data/streams.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { Tokens } from "../../data/tokens.ts";
import { tokensOf } from "../../data/tokens.ts";
import { wideEncoding } from "../../data/wide-encoding.ts";
import { naming, UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";
import { type ScoredText, scoredText } from "./evaluation/scored-text.ts";
import type { PlainData, TextData } from "./language-data.ts";
import type { LanguageTrainingSettings } from "./language-task.ts";
import { encodeText, tokenizerFor } from "./model-config.ts";
import { splitText } from "./split-text.ts";

/** Place of the orders of documents among a seed's streams of random numbers. */
const ORDERS = 2;

/** What a run learns from and is measured on. */
export interface TrainingText {
  readonly tokenizer: Tokenizer;
  readonly tokens: Tokens;
  readonly heldOut: ScoredText | undefined;
  /** Tokens to learn from that the tokenizer does not know. */
  readonly unknownTokens: number;
  /** SHA-256 of the tokens, in hexadecimal digits; of a corpus, the one that it came with. */
  digest(): Promise<string>;
  /** An epoch's streams, counted from 0: the same each time, or with the documents in another order. */
  streams(epoch: number): TokenStreams;
}

/** Tokenises texts in memory, with `given` or a tokenizer made from the training part, or opens a corpus that is tokens already. */
export async function openTrainingText(
  data: PlainData,
  settings: LanguageTrainingSettings,
  given: Tokenizer | undefined,
): Promise<TrainingText> {
  const { batchSize, seqLength, shuffle } = settings;
  const opened = await ("train" in data
    ? fromCorpus(data, given, shuffle === "documents")
    : fromMemory(data, settings, given));
  const { tokenizer, tokens, heldOut, documentStarts, unknownTokens } = opened;
  if (heldOut && heldOut.ids.length < 2) {
    throw new UnrolledError("text-too-short", {
      call: "train",
      problem: `the held-out text has ${heldOut.ids.length} tokens, needed at least 2 to measure on`,
      advice: naming`give a longer text to measure on, or ${{ option: "valFraction", value: "0" }}`,
    });
  }
  const inOrder = tokenStreams(tokens, batchSize, seqLength);
  const shuffled =
    documentStarts !== undefined && documentStarts.length > 1
      ? await shufflerOf(tokens, documentStarts, settings)
      : undefined;
  return {
    tokenizer,
    tokens,
    heldOut,
    unknownTokens,
    digest: opened.digest,
    streams: (epoch) => shuffled?.(epoch) ?? inOrder,
  };
}

/** Each epoch's streams, with the documents in an order of its own. */
async function shufflerOf(
  tokens: Tokens,
  documentStarts: Float64Array,
  { batchSize, seqLength, seed }: LanguageTrainingSettings,
): Promise<(epoch: number) => TokenStreams> {
  const { shuffledDocuments } = await import("../../data/shuffled-documents.ts");
  const orders = new Generator(seed).fork(ORDERS);
  return (epoch) =>
    tokenStreams(shuffledDocuments(tokens, documentStarts, orders.fork(epoch)), batchSize, seqLength);
}

interface OpenedText {
  readonly tokenizer: Tokenizer;
  readonly tokens: Tokens;
  readonly heldOut: ScoredText | undefined;
  readonly documentStarts: Float64Array | undefined;
  readonly unknownTokens: number;
  digest(): Promise<string>;
}

async function fromMemory(
  data: TextData,
  settings: LanguageTrainingSettings,
  given: Tokenizer | undefined,
): Promise<OpenedText> {
  for (const given of [data.text, data.validation]) if (typeof given === "string") refuseZeros(given);
  const { text, validation } = splitText(data, settings);
  const tokenizer = given ?? (await tokenizerFor(text, settings));
  const ids = encodeText(tokenizer, text);
  const { unknownId } = tokenizer;
  const heldOut = validation === undefined ? undefined : scoredText(tokenizer, validation);
  return {
    tokenizer,
    tokens: tokensOf(ids),
    heldOut,
    documentStarts: undefined,
    digest: () => digestOf([ids, heldOut?.ids ?? new Int32Array(0)]),
    unknownTokens: unknownId === null ? 0 : ids.reduce((sum, id) => sum + (id === unknownId ? 1 : 0), 0),
  };
}

/** An error for a text that was another encoding's before it was read as UTF-8, as a page reads files. */
function refuseZeros(text: string): void {
  const encoding = wideEncoding(text);
  if (encoding === undefined) return;
  throw new UnrolledError("invalid-utf8", {
    call: "train",
    problem: `the text has NUL beside most of its characters: it seems to be ${encoding} that was read as UTF-8`,
    advice: "decode it as what it is",
  });
}

async function fromCorpus(
  { tokenizerJson, train, validation, hash }: PreparedCorpus,
  given: Tokenizer | undefined,
  isShuffled: boolean,
): Promise<OpenedText> {
  const [{ tokenizerFromJSON }, { openTokens, openDocumentStarts }, { scoredFile }] = await Promise.all([
    import("../../data/tokenizers/tokenizer-json.ts"),
    import("../../data/token-file.ts"),
    import("./evaluation/scored-file.ts"),
  ]);
  return {
    tokenizer: given ?? tokenizerFromJSON(tokenizerJson),
    tokens: openTokens(train),
    documentStarts: isShuffled ? openDocumentStarts(train) : undefined,
    heldOut: validation ? scoredFile(validation) : undefined,
    unknownTokens: train.unknownTokens,
    digest: async () => hash,
  };
}
