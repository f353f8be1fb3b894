import type { Model } from "./model.d.ts";
import type { HeardFrame, Listening, Sound } from "./sound.d.ts";

/** A text, numbers [T][F], or sound; samples alone are taken at the rate of the model. */
export type ClassifyInput = string | readonly (readonly number[])[] | Sound | Float32Array;

/** The likeliest label, or with several labels all that are likelier than not. */
export interface Classified {
  readonly label: string | readonly string[];
  readonly probabilities: Readonly<Record<string, number>>;
}

export declare const task: "classify";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** What the classifier says of an input. */
export declare function predict(input: ClassifyInput): Promise<Classified>;

/** The same of many, computed together. */
export declare function predictAll(inputs: readonly ClassifyInput[]): Promise<Classified[]>;

/** Listens with a model of sound that reads forwards alone: what it says of each frame, as soon as it is known. */
export declare function listen(options?: {
  /** Of what comes; the model's own if not given. */
  readonly sampleRateHz?: number;
}): Promise<Listening<Classified & HeardFrame>>;
