// Best path decoding of connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006): the likeliest class of each
// step; what repeats is one token, and the blank none.
import { log } from "../../random/log.ts";
import { type CtcOptions, checkedBlank, stepsOf } from "./ctc-options.ts";
import { frameSoftmax } from "./frame-softmax.ts";

const CALL = "ctcBestPath";

/** The steps in which a token stands: from `start` on, up to but not with `end`. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** The tokens of one path through all steps. */
export interface CtcPath {
  readonly tokenIds: number[];
  /** Where each token stands. */
  readonly spans: TokenSpan[];
  /** ln of the path's probability. */
  readonly score: number;
}

/** The likeliest path through steps as they come. */
export class CtcBestPath implements CtcPath {
  readonly tokenIds: number[] = [];
  readonly spans: { start: number; end: number }[] = [];
  score = 0;
  readonly #blank: number;
  readonly #probabilities: Float64Array;
  #steps = 0;
  #before: number;

  /** @throws UnrolledError "invalid-argument" for a blank that is no class */
  constructor(options: CtcOptions) {
    this.#blank = checkedBlank(CALL, options);
    this.#before = this.#blank;
    this.#probabilities = new Float64Array(options.vocabularySize);
  }

  /** Reads the logits of the next steps [T·V]. Throws as `ctcBestPath` does. */
  push(logits: ArrayLike<number>): void {
    const V = this.#probabilities.length;
    const T = stepsOf(CALL, logits, V);
    for (let t = 0; t < T; t++, this.#steps++) {
      const best = frameSoftmax(CALL, logits, t * V, this.#probabilities);
      this.score += log(this.#probabilities[best]);
      if (best !== this.#blank && best === this.#before) this.spans[this.spans.length - 1].end++;
      else if (best !== this.#blank) {
        this.tokenIds.push(best);
        this.spans.push({ start: this.#steps, end: this.#steps + 1 });
      }
      this.#before = best;
    }
  }
}

/**
 * The tokens of the likeliest path. That of a sequence can be likelier which has many paths: `ctcBeamSearch` sums over them.
 *
 * @param logits [T·V] of one sequence, step by step: before the softmax, or logarithms of probabilities
 * @throws UnrolledError "shape-mismatch" for logits that are no multiple of V, "invalid-argument" for a blank that is no class,
 * "not-finite" for NaN or +∞
 */
export function ctcBestPath(logits: ArrayLike<number>, options: CtcOptions): CtcPath {
  const path = new CtcBestPath(options);
  path.push(logits);
  const { tokenIds, spans, score } = path;
  return { tokenIds, spans, score };
}
