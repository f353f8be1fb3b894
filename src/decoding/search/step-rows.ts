import { UnrolledError } from "../../errors.ts";
import type { Candidates } from "./candidates.ts";
import type { DecoderStep } from "./sequence-decoder.ts";

/** What N rows say after a step, held against what a search needs. */
export class StepRows {
  readonly logProbabilities: Float32Array | Float64Array;
  readonly #tokens: Int32Array | undefined;
  /** How many tokens each row has something to say of. */
  readonly #width: number;
  readonly #attention: Float32Array | Float64Array | undefined;
  readonly #places: number;

  /**
   * @param most how many tokens of each row were asked for; all V if not given
   * @throws UnrolledError "shape-mismatch" for arrays that do not fit N rows of V tokens, "not-finite" for NaN and for probabilities above 1
   */
  constructor(call: string, step: DecoderStep<unknown>, N: number, V: number, most?: number) {
    const { logProbabilities, tokens, attention } = step;
    const isSome = most !== undefined && tokens !== undefined;
    const width = isSome ? tokens.length / N : V;
    const fits =
      logProbabilities.length === N * width && (!isSome || (Number.isInteger(width) && width >= most));
    if (!fits || (attention && attention.length % N !== 0)) {
      const places = attention ? ` and ${attention.length} weights of attention` : "";
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `a step gave ${logProbabilities.length} log probabilities${places} for ${N} rows, needed [${N}, ${isSome ? most : V}]`,
      });
    }
    for (let at = 0; at < logProbabilities.length; at++) {
      // Sums of float32 may end a little above 0.
      if (logProbabilities[at] <= 1e-3) continue;
      throw new UnrolledError("not-finite", {
        call,
        problem: `the log probability of token ${isSome ? tokens[at] : at % V} is ${logProbabilities[at]}, needed a number of at most 0`,
      });
    }
    this.logProbabilities = logProbabilities;
    this.#tokens = isSome ? tokens : undefined;
    this.#width = width;
    this.#attention = attention;
    this.#places = attention ? attention.length / N : 0;
  }

  /** Offers the next tokens of a row, which the search calls `name`, to its candidates: each that is not banned, `sum` added. */
  offer(candidates: Candidates, row: number, name: number, sum: number, banned: Uint8Array): void {
    const from = row * this.#width;
    if (!this.#tokens) {
      candidates.offerRow(name, sum, this.logProbabilities, from, banned);
      return;
    }
    for (let at = from; at < from + this.#width; at++) {
      const token = this.#tokens[at];
      if (banned[token] === 0) candidates.offer(name, token, sum + this.logProbabilities[at]);
    }
  }

  /** Where a row looked, among the first `length` places: a copy. */
  attentionOf(row: number, length = this.#places): Float32Array | undefined {
    if (!this.#attention) return undefined;
    const from = row * this.#places;
    return Float32Array.from(this.#attention.subarray(from, from + Math.min(length, this.#places)));
  }
}
