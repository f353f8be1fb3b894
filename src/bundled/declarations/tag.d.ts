import type { Model } from "./model.d.ts";
import type { HeardFrame, Listening, Sound } from "./sound.d.ts";

/** A text, its words, numbers [T][F], or sound; samples alone are taken at the rate of the model. */
export type TagInput = string | readonly string[] | readonly (readonly number[])[] | Sound | Float32Array;

/** Words and their tags; of numbers and sound the tags alone. */
export interface Tagged {
  readonly tokens?: readonly string[];
  readonly tags: readonly string[];
}

export declare const task: "tag";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** The tags of an input: of its words, its steps, or its frames. */
export declare function predict(input: TagInput): Promise<Tagged>;

/** The same of many, computed together. */
export declare function predictAll(inputs: readonly TagInput[]): Promise<Tagged[]>;

/** Listens with a model of sound that reads forwards alone: the tag of each frame, as soon as it is known. */
export declare function listen(options?: {
  /** Of what comes; the model's own if not given. */
  readonly sampleRateHz?: number;
}): Promise<Listening<{ readonly tag: string } & HeardFrame>>;
