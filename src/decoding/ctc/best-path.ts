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

/**
 * The tokens of the likeliest path. That of a sequence can be likelier which has many paths: `ctcBeamSearch` sums over them.
 *
 * @param logits [T·V] of one sequence, step by step: before the softmax, or logarithms of probabilities
 * @throws UnrolledError "shape-mismatch" for logits that are no multiple of V, "invalid-argument" for a blank that is no class,
 * "not-finite" for NaN or +∞
 */
export function ctcBestPath(logits: ArrayLike<number>, options: CtcOptions): CtcPath {
  const blank = checkedBlank(CALL, options);
  const V = options.vocabularySize;
  const T = stepsOf(CALL, logits, V);
  const probabilities = new Float64Array(V);
  const tokenIds: number[] = [];
  const spans: { start: number; end: number }[] = [];
  let score = 0;
  let before = blank;
  for (let t = 0; t < T; t++) {
    const best = frameSoftmax(CALL, logits, t * V, probabilities);
    score += log(probabilities[best]);
    if (best !== blank && best === before) spans[spans.length - 1].end = t + 1;
    else if (best !== blank) {
      tokenIds.push(best);
      spans.push({ start: t, end: t + 1 });
    }
    before = best;
  }
  return { tokenIds, spans, score };
}
