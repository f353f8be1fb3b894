import type { Model } from "./model.d.ts";

/** How a text is continued. What is not given is as the model's own generation_config.json says, or else as below. */
export interface GenerateOptions {
  /** 500. */
  readonly maxNewTokens?: number | undefined;
  /** Above 0; 1 draws as the model thinks, 0 takes the likeliest. */
  readonly temperature?: number | undefined;
  /** Draws from so many of the likeliest. */
  readonly topK?: number | undefined;
  /** Draws from the likeliest that have so much of the probability together. */
  readonly topP?: number | undefined;
  /** Draws from those that have so much of the likeliest's probability. */
  readonly minP?: number | undefined;
  /** Above 1 makes what was there before less likely. */
  readonly repetitionPenalty?: number | undefined;
  /** The continuation ends before the first of these. */
  readonly stop?: readonly string[] | undefined;
  /** Of a model with a condition: the category or the numbers that the text is written for. */
  readonly condition?: string | readonly number[] | undefined;
  /** Same seed, same text; 0 if not given. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What may come next, likeliest first. */
export interface Prediction {
  readonly tokens: readonly { readonly token: string; readonly probability: number }[];
  readonly words: readonly { readonly word: string; readonly probability: number }[];
}

export declare const task: "language";
/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** Continues a prompt, piece by piece. */
export declare function generate(
  prompt: string,
  options?: GenerateOptions,
): AsyncGenerator<string, void, undefined>;

/** The likeliest next tokens and words after a prompt, `top` (10) of each. */
export declare function predict(
  prompt: string,
  options?: {
    readonly top?: number | undefined;
    readonly condition?: string | readonly number[] | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction>;
