// Records as what the network reads: ids of words and of their characters, or scaled numbers, each step with its tag.
import { Scaler, type ScalerState } from "../../data/tables/scaler.ts";
import { windows } from "../../data/tables/windows.ts";
import { keepsTo, spanRules } from "../../decoding/span-rules.ts";
import { firstTag } from "./tag-alternatives.ts";
import type { TagSettings } from "./tag-options.ts";
import { type FramesRecord, isSentence, type ReadTagged, type SentenceRecord } from "./tag-records.ts";
import { wordShape } from "./word-shape.ts";

/** What the network reads of one sequence. */
export interface TagInputs {
  readonly steps: number;
  /** Ids of words [T], or numbers [T·F]. */
  readonly values: Int32Array | Float32Array;
  /** Of words: what each would be if it were unknown [T]. */
  readonly unknown?: Int32Array;
  /** Of words: all their characters one behind the other, and how many each has [T]. */
  readonly characters?: Int32Array;
  readonly counts?: Int32Array;
}

/** A sequence and its tags; −1 for one that the training part does not have. */
export interface TagExample {
  readonly inputs: TagInputs;
  readonly targets: Int32Array;
}

/** What records are read with: fitted to the training part, kept in the model's folder. Plain data. */
export interface TagReading {
  readonly tags: readonly string[];
  /** Whether tags mark spans, and the training part keeps to the rules of BIO or BIOES. */
  readonly isConstrained: boolean;
  /** Of sentences: known words and characters in the order of their ids. */
  readonly words?: readonly string[];
  readonly characters?: string;
  readonly lowercase?: boolean;
  /** Shapes of unknown words, whose ids are those behind the known words'; none if not given. */
  readonly shapes?: readonly string[];
  /** Of numbers. */
  readonly scaler?: ScalerState;
  readonly features?: readonly string[];
  readonly window?: number;
}

/** Ids of words: 0 is unknown. Ids of characters: 0 is none, 1 unknown. */
const FIRST_WORD = 1;
const FIRST_CHARACTER = 2;
/** Characters at either end of a word that are read. */
const ENDS = 10;

/** Fits vocabulary, scaler and tags to the training part. */
export function tagReading(
  records: readonly ReadTagged[],
  settings: TagSettings,
  features: readonly string[] | undefined,
): TagReading {
  const tags = [...new Set(records.flatMap(({ tags }) => tags.map(firstTag)))].sort();
  const rules = spanRules(tags);
  const isConstrained =
    rules !== undefined && records.every((record) => keepsTo(rules, record.tags.map(firstTag)));
  const common = { tags, isConstrained };
  if (records.every(isSentence)) return { ...common, ...vocabulary(records, settings) };
  const frames = records as readonly FramesRecord[];
  const width = features?.length ?? frames[0].values.length / Math.max(1, frames[0].tags.length);
  const { mean, deviation } = Scaler.fit(
    frames.map(({ values }) => values),
    width,
  );
  const names = features ?? mean.map((_, at) => String(at + 1));
  return { ...common, scaler: { mean, deviation }, features: names, window: settings.window };
}

function vocabulary(
  records: readonly SentenceRecord[],
  { vocabSize, minCount, lowercase, shapes: hasShapes }: TagSettings,
) {
  const words = new Map<string, number>();
  const characters = new Map<string, number>();
  const shapes = new Map<string, number>();
  const tokens = records.flatMap((record) => record.tokens);
  for (const token of tokens) {
    const word = wordKey(token, lowercase);
    words.set(word, (words.get(word) ?? 0) + 1);
    for (const character of token) characters.set(character, (characters.get(character) ?? 0) + 1);
  }
  const frequent = (counts: Map<string, number>, most: number) =>
    [...counts]
      .filter(([, count]) => count >= most)
      .sort(([left, a], [right, b]) => b - a || (left < right ? -1 : 1))
      .map(([name]) => name);
  const known = frequent(words, minCount).slice(0, vocabSize - FIRST_WORD);
  const isKnown = new Set(known);
  for (const token of tokens) {
    if (isKnown.has(wordKey(token, lowercase))) continue;
    const shape = wordShape(token);
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
  }
  return {
    words: known,
    ...(hasShapes ? { shapes: frequent(shapes, 2) } : {}),
    characters: frequent(characters, 2).join(""),
    lowercase,
  };
}

/** A word as the vocabulary has it: all digits are one. */
export function wordKey(token: string, lowercase: boolean): string {
  return (lowercase ? token.toLowerCase() : token).replace(/\p{Nd}/gu, "0");
}

/** Reads records in the way that was fitted. */
export class TagReader {
  readonly #reading: TagReading;
  readonly #words: ReadonlyMap<string, number>;
  readonly #shapes: ReadonlyMap<string, number>;
  readonly #characters: ReadonlyMap<string, number>;
  readonly #tags: ReadonlyMap<string, number>;

  constructor(reading: TagReading) {
    const numbered = (names: readonly string[], first: number) =>
      new Map(names.map((name, at) => [name, at + first]));
    this.#reading = reading;
    this.#words = numbered(reading.words ?? [], FIRST_WORD);
    this.#shapes = numbered(reading.shapes ?? [], FIRST_WORD + this.#words.size);
    this.#characters = numbered([...(reading.characters ?? "")], FIRST_CHARACTER);
    this.#tags = numbered(reading.tags, 0);
  }

  get vocabularySize(): number {
    return this.#words.size + this.#shapes.size + FIRST_WORD;
  }

  get characterCount(): number {
    return this.#characters.size + FIRST_CHARACTER;
  }

  examples(records: readonly ReadTagged[]): TagExample[] {
    return records.flatMap((record) => {
      const targets = Int32Array.from(record.tags, (tag) => this.#tags.get(firstTag(tag)) ?? -1);
      let first = 0;
      return this.inputs(record).map((inputs) => {
        first += inputs.steps;
        return { inputs, targets: targets.slice(first - inputs.steps, first) };
      });
    });
  }

  /** A sentence is one sequence; a recording is cut into windows, of which the last may be shorter. */
  inputs(record: Omit<ReadTagged, "tags">): TagInputs[] {
    return "tokens" in record
      ? [this.sentence(record.tokens as readonly string[])]
      : this.#frames(record as FramesRecord);
  }

  sentence(tokens: readonly string[]): TagInputs {
    const lowercase = this.#reading.lowercase ?? true;
    const unknown = Int32Array.from(tokens, (token) => this.#shapes.get(wordShape(token)) ?? 0);
    const values = Int32Array.from(
      tokens,
      (token, at) => this.#words.get(wordKey(token, lowercase)) ?? unknown[at],
    );
    const letters = tokens.map((token) => {
      const all = [...token];
      const read = all.length > 2 * ENDS ? [...all.slice(0, ENDS), ...all.slice(-ENDS)] : all;
      return read.map((character) => this.#characters.get(character) ?? 1);
    });
    return {
      steps: tokens.length,
      values,
      unknown,
      characters: Int32Array.from(letters.flat()),
      counts: Int32Array.from(letters, ({ length }) => length),
    };
  }

  #frames({ values }: FramesRecord): TagInputs[] {
    const { scaler, features, window = 1 } = this.#reading;
    const width = features!.length;
    const scaled = new Scaler(scaler!).apply(values);
    const steps = scaled.length / width;
    const whole = windows(steps, { size: window });
    const rest = steps - whole.length * window;
    const firsts = rest > 0 ? [...whole, whole.length * window] : whole;
    return firsts.map((first) => {
      const own = scaled.slice(first * width, Math.min(steps, first + window) * width);
      return { steps: own.length / width, values: own };
    });
  }
}
