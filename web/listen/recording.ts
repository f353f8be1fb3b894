import { lettersOf, type PathLetter, type PathWord, pathOf, wordsOf } from "./collapse.ts";

/** What a recogniser hears with and says, for drawing. */
export interface Listener {
  readonly tokens: readonly string[];
  readonly blank: number;
  /** Numbers of a frame: filters. */
  readonly filters: number;
  readonly framesPerStep: number;
  readonly secondsPerStep: number;
}

/** All that was heard of a recording so far. */
export class Recording {
  readonly listener: Listener;
  #features = new Float32Array(0);
  #frames = 0;
  #probabilities = new Float32Array(0);
  #steps = 0;
  #read: { path: number[]; letters: PathLetter[]; words: PathWord[] } | undefined;

  constructor(listener: Listener) {
    this.listener = listener;
  }

  get frames(): number {
    return this.#frames;
  }

  get steps(): number {
    return this.#steps;
  }

  /** [frames, filters] */
  get features(): Float32Array {
    return this.#features.subarray(0, this.#frames * this.listener.filters);
  }

  /** [steps, V] */
  get probabilities(): Float32Array {
    return this.#probabilities.subarray(0, this.#steps * this.listener.tokens.length);
  }

  /** The likeliest path and what it collapses to. */
  get read(): {
    readonly path: readonly number[];
    readonly letters: readonly PathLetter[];
    readonly words: readonly PathWord[];
  } {
    if (!this.#read) {
      const { tokens, blank } = this.listener;
      const path = pathOf(this.probabilities, tokens.length);
      const letters = lettersOf(path, blank);
      this.#read = { path, letters, words: wordsOf(letters, tokens) };
    }
    return this.#read;
  }

  add(features: Float32Array, probabilities: Float32Array): void {
    const { filters, tokens } = this.listener;
    this.#features = withMore(this.#features, this.#frames * filters, features);
    this.#frames += features.length / filters;
    this.#probabilities = withMore(this.#probabilities, this.#steps * tokens.length, probabilities);
    this.#steps += probabilities.length / tokens.length;
    this.#read = undefined;
  }
}

/** Room with numbers put behind the first `used`; it grows by halves. */
function withMore(
  room: Float32Array<ArrayBuffer>,
  used: number,
  more: Float32Array,
): Float32Array<ArrayBuffer> {
  let larger = room;
  if (used + more.length > room.length) {
    larger = new Float32Array(Math.ceil(1.5 * (used + more.length)));
    larger.set(room.subarray(0, used));
  }
  larger.set(more, used);
  return larger;
}
