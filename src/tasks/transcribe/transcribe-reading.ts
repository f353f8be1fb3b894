// Sounds as normalised frames and texts as labels: what is fitted to the training part and kept in the model's folder.
import { type Frames, frameCount } from "../../audio/frames.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import type { Device } from "../../tensor/device.ts";
import { ints, type Tensor } from "../../tensor/tensor.ts";
import { Ear, type Hearing, type Recorded } from "../sound/ear.ts";
import type { TranscribeSettings } from "./transcribe-options.ts";
import type { Utterance } from "./transcribe-records.ts";

/** Plain data. */
export interface TranscribeReading {
  readonly hearing: Hearing;
  /** Numbers a frame: F. */
  readonly width: number;
  /** What is taken from each number, and what it is then multiplied with; null: of each utterance its own, or none. */
  readonly moments: { readonly means: readonly number[]; readonly rates: readonly number[] } | null;
  readonly normalize: TranscribeSettings["normalize"];
  /** What `tokenizer.json` holds. */
  readonly tokenizer: unknown;
  readonly lowercase: boolean;
}

/** Frames of an utterance [T, F], and the labels of what is said in it. */
export interface TranscribeExample {
  readonly file: string;
  readonly frames: Float32Array;
  readonly steps: number;
  readonly text: string;
  readonly target: Int32Array;
  /** What the frames are made of, where that is varied in training. */
  readonly recorded?: Recorded | undefined;
}

/** An utterance with its frames. */
export interface Heard extends Utterance {
  readonly frames: Frames;
  /** What they were made of, where that is kept. */
  readonly recorded?: Recorded | undefined;
}

/** How settings hear. */
export function hearingOf(settings: TranscribeSettings): Hearing {
  const { features, style, coefficients, filters, energy, sampleRate, featureWidth } = settings;
  const cepstra = features === "mfcc" ? { coefficients } : {};
  const deltas = settings.deltas as 0 | 1 | 2;
  return {
    frontEnd: { kind: features, style, ...cepstra, filters, energy, deltas, sampleRateHz: sampleRate },
    featureWidth,
    deltas,
  };
}

/** The frames of utterances, all of one width, and if that is asked for what they were made of. */
export async function heard(
  utterances: readonly Utterance[],
  hearing: Hearing,
  { isKept = false }: { readonly isKept?: boolean } = {},
): Promise<readonly Heard[]> {
  const ear = new Ear(hearing);
  const all: Heard[] = [];
  for (const utterance of utterances) {
    const recorded = utterance.frames ? undefined : await ear.read(utterance.file);
    const frames = utterance.frames ?? ear.frames(recorded!);
    if (frames.width !== (all[0]?.frames.width ?? frames.width))
      throw new UnrolledError("shape-mismatch", {
        call: "train",
        problem: `${utterance.file} has ${frames.width} numbers a frame, ${all[0].file} has ${all[0].frames.width}`,
      });
    all.push({ ...utterance, frames, ...(isKept && recorded ? { recorded } : {}) });
  }
  return all;
}

/** Learns the alphabet, and the mean and deviation of each number. */
export function transcribeReading(
  training: readonly Heard[],
  settings: TranscribeSettings,
): TranscribeReading {
  const { tokenizer: kind, lowercase, normalize } = settings;
  const text = training.map((each) => cased(each.text, lowercase)).join("\n");
  const sized = kind === "word" || kind === "bpe" ? { vocabularySize: settings.vocabSize } : {};
  return {
    hearing: hearingOf(settings),
    width: training[0].frames.width,
    moments: normalize === "training" ? momentsOf(training.map(({ frames }) => frames)) : null,
    normalize,
    tokenizer: trainTokenizer({
      kind,
      text: kind === "char" ? text.replaceAll("\n", " ") : text,
      ...sized,
    }).toJSON(),
    lowercase,
  };
}

/**
 * Reads utterances in the way that was learned. Labels are the tokenizer's ids; the blank is the id of what is unknown, which no target has, or
 * where nothing is unknown, one behind all others.
 */
export class TranscribeReader {
  readonly tokenizer: Tokenizer;
  /** Seconds from frame to frame. */
  readonly hopSeconds: number;
  readonly #reading: TranscribeReading;

  constructor(reading: TranscribeReading) {
    this.#reading = reading;
    this.hopSeconds = new Ear(reading.hearing).hopSeconds;
    this.tokenizer = tokenizerFromJSON(reading.tokenizer);
  }

  /** The class of no label. */
  get blank(): number {
    return this.tokenizer.unknownId ?? this.tokenizer.vocabularySize;
  }

  /** V: labels and the blank. */
  get classes(): number {
    return Math.max(this.tokenizer.vocabularySize, this.blank + 1);
  }

  /** The text of each class; that of the blank is "". Whole words have a space before them. */
  get tokens(): string[] {
    const before = ["word", "whitespace"].includes(this.tokenizer.kind) ? " " : "";
    return Array.from({ length: this.classes }, (_, id) =>
      id === this.blank ? "" : before + this.tokenizer.decode([id]),
    );
  }

  get hearing(): Hearing {
    return this.#reading.hearing;
  }

  get isLowercase(): boolean {
    return this.#reading.lowercase;
  }

  /** The labels before the first of so many targets: [B, 1]. */
  noLabels(device: Device, batch: number): Tensor {
    return ints(device, new Int32Array(batch).fill(this.blank), [batch, 1]);
  }

  example({ file, frames, text, recorded }: Heard): TranscribeExample {
    const plain = cased(text, this.#reading.lowercase).trim().replace(/\s+/g, " ");
    return {
      file,
      frames: this.normalized(frames),
      steps: frameCount(frames),
      text: plain,
      target: this.tokenizer.encode(plain),
      ...(recorded ? { recorded } : {}),
    };
  }

  /** Characters, or other labels, that the alphabet lacks. */
  isOutside({ target }: TranscribeExample): boolean {
    const { unknownId } = this.tokenizer;
    return unknownId !== null && target.includes(unknownId);
  }

  /** Frames with their mean taken out, and divided by their deviation. */
  normalized(frames: Frames): Float32Array {
    const { normalize, moments, width } = this.#reading;
    if (frames.width !== width)
      throw new UnrolledError("shape-mismatch", {
        call: "transcribe",
        problem: `frames have ${frames.width} numbers, needed ${width}`,
      });
    if (normalize === "none") return frames.values;
    const { means, rates } = moments ?? momentsOf([frames]);
    return frames.values.map((value, at) => (value - means[at % width]) * rates[at % width]);
  }
}

function cased(text: string, lowercase: boolean): string {
  return lowercase ? text.toLowerCase() : text;
}

/** The mean of each number over all frames, and one divided by its deviation. */
function momentsOf(all: readonly Frames[]) {
  const width = all[0]?.width ?? 0;
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  const count = Math.max(
    1,
    all.reduce((sum, frames) => sum + frameCount(frames), 0),
  );
  for (const { values } of all) for (let at = 0; at < values.length; at++) sums[at % width] += values[at];
  const means = Array.from(sums, (sum) => sum / count);
  for (const { values } of all)
    for (let at = 0; at < values.length; at++) squares[at % width] += (values[at] - means[at % width]) ** 2;
  return { means, rates: Array.from(squares, (sum) => (sum === 0 ? 1 : Math.sqrt(count / sum))) };
}
