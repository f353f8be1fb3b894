import type { Model } from "./model.d.ts";

/** How a target is searched for, or drawn. */
export interface TranslateOptions {
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
  /** What targets begin with. */
  readonly prefix?: string | null;
  /** Draws targets instead of searching for the best; below 1 surer. */
  readonly temperature?: number | null;
  /** Of what is drawn; 1. */
  readonly seed?: number;
}

/** A source, or one with how to translate it. */
export type TranslateInput = string | ({ readonly source: string } & TranslateOptions);

/** A target, and how likely it is. */
export interface TranslatedTo {
  readonly target: string;
  /** What targets are compared by. */
  readonly score: number;
  /** In nats. */
  readonly logProbability: number;
  readonly targetTokens: readonly string[];
  /** The share that each of the source's tokens had for each of the target's [U][T]; none without attention. */
  readonly alignment: readonly (readonly number[])[];
}

/** A source and what it was made into. */
export interface Translation extends TranslatedTo {
  readonly source: string;
  readonly sourceTokens: readonly string[];
  /** The targets that came behind it, where more than one was asked for. */
  readonly alternatives: readonly TranslatedTo[];
}

export declare const task: "translate";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** The target of a source. */
export declare function predict(input: TranslateInput): Promise<Translation>;

/** The target of each of many, computed together. */
export declare function predictAll(inputs: readonly TranslateInput[]): Promise<Translation[]>;

/** As `predict`, and tells the target piece by piece, as soon as each is settled. */
export declare function predictEvents(
  input: TranslateInput,
): AsyncGenerator<
  { readonly type: "text"; readonly text: string } | { readonly type: "end"; readonly answer: Translation },
  void,
  undefined
>;
