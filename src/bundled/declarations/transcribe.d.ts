import type { Model } from "./model.d.ts";
import type { Sound } from "./sound.d.ts";

/** Features of sound that were made elsewhere: `values` is [T, F] row by row, F is `width`. */
export interface Frames {
  readonly width: number;
  readonly values: Float32Array;
}

/** A word, and when it was said, in seconds. */
export interface SpokenWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What was said. */
export interface Transcript {
  readonly text: string;
  /** ln of its probability. */
  readonly score: number;
  readonly words: readonly SpokenWord[];
  readonly alternatives: readonly { readonly text: string; readonly score: number }[];
}

/** A recogniser in the middle of a recording. */
export interface RecogniserSession {
  /** Reads samples of one channel. */
  feed(samples: Float32Array): object;
  /** The text so far, whose last word may not be over. */
  text(): string;
  /** The text if nothing more follows, with its words' times and other texts. */
  transcript(): Transcript;
  /** Says that nothing more follows. */
  finish(): object;
}

export declare const task: "transcribe";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** The text of a sound. */
export declare function predict(input: Sound | Frames): Promise<Transcript>;

/** The text of each of many, computed together. */
export declare function predictAll(inputs: readonly (Sound | Frames)[]): Promise<Transcript[]>;

/** Listens to sound that comes in pieces; for a model that reads forwards alone. */
export declare function listen(options?: {
  /** Of what is fed; the model's own if not given. */
  readonly sampleRateHz?: number;
  /** Texts that are followed at a time; 0 takes the likeliest label at each place. */
  readonly beamWidth?: number;
}): Promise<RecogniserSession>;
