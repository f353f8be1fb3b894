// Records as what the network reads: token ids, or scaled windows of numbers, each with its class or classes.

import { Scaler, type ScalerState } from "../../data/tables/scaler.ts";
import { windows } from "../../data/tables/windows.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { tokenizerTrainer } from "../../data/tokenizers/tokenizer-trainer.ts";
import { UnrolledError } from "../../errors.ts";
import type { ClassifySettings } from "./classify-options.ts";
import type { ReadRecord, SeriesRecord, TextRecord } from "./classify-records.ts";

/** Token ids [T] or numbers [T·F], and the class, or one entry for each class. */
export interface ClassifyExample {
  readonly inputs: Int32Array | Float32Array;
  readonly target: number | readonly number[];
  /** Of a recording of sound that is varied in training. */
  readonly samples?: Float32Array | undefined;
}

/** What records are read with: fitted to the training part, kept in the model's folder. Plain data. */
export interface ClassifyReading {
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  /** Of texts: what `tokenizer.json` holds. */
  readonly tokenizer?: unknown;
  readonly lowercase?: boolean;
  /** Of numbers. */
  readonly scaler?: ScalerState;
  readonly features?: readonly string[];
  readonly window?: number | null;
  readonly stride?: number | null;
}

/** A record without its label. */
export type Unlabelled = Omit<TextRecord, "label"> | Omit<SeriesRecord, "label">;

/** What the network reads, and where it stands in its record. */
export interface ClassifyInputs {
  readonly inputs: ClassifyExample["inputs"];
  readonly first: number;
  readonly size: number;
  /** Which text or window it is, for people. */
  readonly place: object;
}

const isText = (record: ReadRecord): record is TextRecord => "text" in record;

/** Fits vocabulary, scaler and labels to the training part. */
export function classifyReading(
  records: readonly ReadRecord[],
  settings: ClassifySettings,
  features: readonly string[] | undefined,
): ClassifyReading {
  const isMultiLabel = settings.multiLabel !== null;
  const labels = [...new Set(records.flatMap(({ label }) => label))].sort();
  const texts = records.filter(isText);
  if (texts.length > 0 && texts.length < records.length) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: "some examples are texts and some are numbers, needed one kind",
    });
  }
  if (texts.length > 0) {
    const { tokenizer: kind, vocabSize, lowercase } = settings;
    const trainer = tokenizerTrainer({
      kind,
      ...(kind === "word" || kind === "bpe" ? { vocabularySize: vocabSize } : {}),
    });
    // One by one: together they may be longer than a text can be.
    for (const [at, each] of texts.entries())
      trainer.add(`${at > 0 ? "\n" : ""}${cased(each.text, lowercase)}`);
    return { labels, isMultiLabel, tokenizer: trainer.finish().toJSON(), lowercase };
  }
  const series = records as readonly SeriesRecord[];
  const width = features?.length ?? widthOf(series[0]);
  const scaler = Scaler.fit(
    series.map(({ values }) => values),
    width,
  );
  const { mean, deviation } = scaler;
  const { window, stride } = settings;
  return {
    labels,
    isMultiLabel,
    scaler: { mean, deviation },
    features: features ?? mean.map((_, at) => String(at + 1)),
    window,
    stride,
  };
}

/** Numbers of each step of a recording whose columns have no names: all of them, if there is a label for each step. */
function widthOf({ values, label }: SeriesRecord): number {
  return Array.isArray(label) && label.length > 0 ? values.length / label.length : 1;
}

/** Reads records in the way that was fitted. */
export class ClassifyReader {
  readonly tokenizer: Tokenizer | undefined;
  readonly #reading: ClassifyReading;
  readonly #scaler: Scaler | undefined;

  constructor(reading: ClassifyReading) {
    this.#reading = reading;
    this.tokenizer = reading.tokenizer === undefined ? undefined : tokenizerFromJSON(reading.tokenizer);
    this.#scaler = reading.scaler && new Scaler(reading.scaler);
  }

  /** Token ids of a text; the unknown token's, or 0, for one without any. */
  encode(text: string): Int32Array {
    const ids = this.tokenizer!.encode(cased(text, this.#reading.lowercase ?? false));
    return ids.length > 0 ? ids : Int32Array.of(this.tokenizer!.unknownId ?? 0);
  }

  /** The piece of a text that each of its ids is. */
  pieces(text: string, ids: Int32Array): string[] {
    const tokenizer = this.tokenizer!;
    if (tokenizer.kind === "char") return Array.from(text).slice(0, ids.length);
    const stream = tokenizer.stream();
    const pieces = Array.from(ids, (id) => stream.push(id));
    pieces[pieces.length - 1] += stream.end();
    return pieces;
  }

  /** Numbers [T·F], scaled. */
  scale(values: ArrayLike<number>): Float32Array {
    return this.#scaler!.apply(values);
  }

  /** All examples of records; labels that the training part does not have are refused. */
  examples(records: readonly ReadRecord[]): ClassifyExample[] {
    return records.flatMap((record) =>
      this.inputs(record).map(({ inputs, first, size }) => {
        const { label } = record;
        const own =
          isText(record) || typeof label === "string"
            ? label
            : mostFrequent(label.slice(first, first + size));
        const samples = "samples" in record ? record.samples : undefined;
        return { inputs, target: this.#targetOf(own), samples };
      }),
    );
  }

  /** What the network reads of a record: a text's ids, or the windows of a series. */
  inputs(record: Unlabelled): ClassifyInputs[] {
    if ("text" in record)
      return [{ inputs: this.encode(record.text), first: 0, size: 1, place: { text: record.text } }];
    const { values, group, file } = record;
    const { window, stride, features } = this.#reading;
    const width = features!.length;
    const steps = values.length / width;
    const scaled = this.scale(values);
    // What is shorter than a window is read as it is.
    const size = Math.min(window ?? steps, steps);
    return windows(steps, { size, stride: stride ?? size }).map((first) => ({
      inputs: scaled.slice(first * width, (first + size) * width),
      first,
      size,
      place: { ...(file === undefined ? { series: group ?? null } : { file }), step: first },
    }));
  }

  #targetOf(label: string | readonly string[]): number | readonly number[] {
    const { labels, isMultiLabel } = this.#reading;
    const own = typeof label === "string" ? [label] : label;
    const places = own.map((each) => labels.indexOf(each));
    const unknown = places.indexOf(-1);
    if (unknown >= 0) {
      throw new UnrolledError("invalid-argument", {
        call: "classify",
        problem: `label ${JSON.stringify(own[unknown])} is none of those that were learned: ${labels.join(", ")}`,
      });
    }
    return isMultiLabel ? labels.map((_, at) => (places.includes(at) ? 1 : 0)) : places[0];
  }
}

/** Of labels of steps: that of most; of several, the one that comes first. */
function mostFrequent(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)![0];
}

function cased(text: string, lowercase: boolean): string {
  return lowercase ? text.toLowerCase() : text;
}
