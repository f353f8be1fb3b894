import type { Model } from "./model.d.ts";

/** A picture: red, green, blue and opacity of each pixel, 0 to 255, as a canvas gives them. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** How a text is searched for. */
export interface CaptionOptions {
  /** Hypotheses that are followed at a time; 5. */
  readonly beam?: number;
  /** How much longer ones are favoured; 0.6. */
  readonly lengthPenalty?: number;
  /** What is lost where no token looked at a part of the input; 0. */
  readonly coveragePenalty?: number;
  /** No n tokens follow one another twice; 0: they may. */
  readonly noRepeatNgram?: number;
  /** Fewest tokens and most. */
  readonly minLength?: number;
  readonly maxLength?: number | null;
  /** How many are wanted; 1. */
  readonly nBest?: number;
}

/** A picture, or one with how to describe it. */
export type CaptionInput = Picture | ({ readonly picture: Picture } & CaptionOptions);

/** A text, and how likely it is. */
export interface Caption {
  readonly text: string;
  readonly score: number;
  /** In nats. */
  readonly logProbability: number;
  readonly tokens: readonly string[];
  /** The share that each place of the picture had for each token [U][rows·columns], row by row. */
  readonly attention: readonly (readonly number[])[];
}

/** What is said of a picture. */
export interface DescribedPicture extends Caption {
  /** Rows and columns of places. */
  readonly grid: readonly [number, number];
  /** What else could be said, where more than one text was asked for. */
  readonly alternatives: readonly Caption[];
}

export declare const task: "caption";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** What can be said of a picture. */
export declare function predict(input: CaptionInput): Promise<DescribedPicture>;

/** What can be said of each of many, computed together. */
export declare function predictAll(inputs: readonly CaptionInput[]): Promise<DescribedPicture[]>;
