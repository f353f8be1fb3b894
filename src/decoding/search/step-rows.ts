import { UnrolledError } from "../../errors.ts";
import type { DecoderStep } from "./sequence-decoder.ts";

/** What N rows say after a step, held against what a search needs. */
export class StepRows {
  readonly logProbabilities: Float32Array | Float64Array;
  readonly #attention: Float32Array | Float64Array | undefined;
  readonly #places: number;

  /** Throws `shape-mismatch` for arrays that do not fit N rows of V tokens, `not-finite` for NaN and for probabilities above 1. */
  constructor(call: string, { logProbabilities, attention }: DecoderStep<unknown>, N: number, V: number) {
    if (logProbabilities.length !== N * V || (attention && attention.length % N !== 0)) {
      const places = attention ? ` and ${attention.length} weights of attention` : "";
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `a step gave ${logProbabilities.length} log probabilities${places} for ${N} rows, needed [${N}, ${V}]`,
      });
    }
    for (let at = 0; at < logProbabilities.length; at++) {
      // Sums of float32 may end a little above 0.
      if (logProbabilities[at] <= 1e-3) continue;
      throw new UnrolledError("not-finite", {
        call,
        problem: `the log probability of token ${at % V} is ${logProbabilities[at]}, needed a number of at most 0`,
      });
    }
    this.logProbabilities = logProbabilities;
    this.#attention = attention;
    this.#places = attention ? attention.length / N : 0;
  }

  /** Where a row looked, among the first `length` places: a copy. */
  attentionOf(row: number, length = this.#places): Float32Array | undefined {
    if (!this.#attention) return undefined;
    const from = row * this.#places;
    return Float32Array.from(this.#attention.subarray(from, from + Math.min(length, this.#places)));
  }
}
