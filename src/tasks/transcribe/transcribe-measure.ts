import { type Intervals, intervalsOf } from "../../metrics/bootstrap.ts";
import { type Confusion, errorRate } from "../../metrics/recognition/error-rate.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { transcribeLoss } from "./transcribe-batch.ts";
import { type Recogniser, transcripts } from "./transcribe-decode.ts";
import type { TranscribeExample } from "./transcribe-reading.ts";
import { BEST_PATH, type Search } from "./transcribe-search.ts";

/** Shares of words and of characters that are wrong, left out or put in. */
export interface ErrorRates {
  readonly wer: number;
  readonly cer: number;
  /** Between which 95 of 100 drawings of the utterances lie (Bisani & Ney 2004), if that is asked for. */
  readonly intervals?: Intervals<"wer" | "cer">;
  /** The errors, the most frequent first, if that is asked for. */
  readonly confusions?: readonly Confusion[];
}

/** What is told beside the rates. */
export interface MeasureOptions {
  /** How often utterances are drawn again. */
  readonly bootstrap: number;
  /** Errors, at most. */
  readonly confusions: number;
}

/** Figures of a recogniser: edits are of words. */
export interface TranscribeFound extends ErrorRates {
  readonly utterances: number;
  readonly words: number;
  readonly characters: number;
  readonly substitutions: number;
  readonly insertions: number;
  readonly deletions: number;
}

const BATCH = 16;

/** The mean loss of a label, over targets that fit into their steps. */
export async function meanLoss(
  recogniser: Recogniser,
  examples: readonly TranscribeExample[],
): Promise<number> {
  const { model, batching } = recogniser;
  const { device } = model;
  let [total, labels] = [0, 0];
  for (const places of sortedBatches(
    Float64Array.from(examples, ({ steps }) => steps),
    BATCH,
  )) {
    const rows = Array.from(places, (place) => examples[place]);
    const loss = device.withoutGradients(() =>
      device.scope(() => transcribeLoss(model, rows, { ...batching, meanLabels: 1 })),
    );
    total += (await loss.item()) * rows.length;
    labels += rows.reduce((sum, { target }) => sum + target.length, 0);
  }
  return total / labels;
}

/** Figures by each of several searches. */
export async function foundBy(
  recogniser: Recogniser,
  examples: readonly TranscribeExample[],
  searches: readonly Search[] = [BEST_PATH],
  { bootstrap: samples, confusions }: MeasureOptions = { bootstrap: 0, confusions: 0 },
): Promise<TranscribeFound[]> {
  const all = await transcripts(recogniser, examples, searches);
  const wanted = examples.map(({ text }) => text);
  return searches.map((_, at) => {
    const texts = all.map((each) => each[at].text);
    const [words, characters] = [errorRate({ unit: "words" }), errorRate({ unit: "characters" })];
    for (const metric of [words, characters]) metric.add(texts, wanted);
    const { total, substitutions, insertions, deletions } = words.edits;
    return {
      utterances: examples.length,
      words: total,
      characters: characters.edits.total,
      wer: words.value,
      cer: characters.value,
      substitutions,
      insertions,
      deletions,
      ...intervalsOf({ wer: words, cer: characters }, samples),
      ...(confusions > 0 ? { confusions: words.confusions().slice(0, confusions) } : {}),
    };
  });
}
