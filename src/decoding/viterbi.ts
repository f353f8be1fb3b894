import { UnrolledError } from "../errors.ts";
import type { ChainScores } from "../losses/forward-backward.ts";

/** The best path through a linear-chain CRF, and its score. */
export interface BestPath {
  /** The tag at each step, 0 to K − 1. */
  readonly tags: number[];
  readonly score: number;
}

/**
 * The path of the highest score through T steps of K tags (Viterbi 1967): Σ emissions[t, y_t] + Σ transitions[y_{t−1}, y_t] + start[y_0] +
 * end[y_{T−1}]. A score of −∞ forbids a transition, a first or a last tag. Of several best paths it takes that of the lowest tags, from the
 * last step backwards.
 *
 * @param emissions a score of each tag at each step, flat [T·K], step by step
 * @param scores transitions flat [K·K], from the row's tag to the column's; start and end [K]
 * @throws UnrolledError "shape-mismatch" for transitions, an end or emissions that do not fit the start's K
 */
export function viterbi(emissions: ArrayLike<number>, { transitions, start, end }: ChainScores): BestPath {
  const K = start.length;
  const T = emissions.length / K;
  if (K === 0 || end.length !== K || transitions.length !== K * K || !Number.isInteger(T)) {
    throw new UnrolledError("shape-mismatch", {
      call: "viterbi",
      problem: `${emissions.length} emissions, ${transitions.length} transitions and ${end.length} scores of last tags do not fit ${K} tags`,
    });
  }
  if (T === 0) return { tags: [], score: 0 };
  let best = Float64Array.from(start, (score, j) => score + emissions[j]);
  let next = new Float64Array(K);
  const from = new Int32Array(T * K);
  for (let t = 1; t < T; t++) {
    for (let j = 0; j < K; j++) {
      let [most, before] = [Number.NEGATIVE_INFINITY, 0];
      for (let i = 0; i < K; i++) {
        const score = best[i] + transitions[i * K + j];
        if (score > most) {
          most = score;
          before = i;
        }
      }
      next[j] = most + emissions[t * K + j];
      from[t * K + j] = before;
    }
    [best, next] = [next, best];
  }
  let last = 0;
  for (let j = 1; j < K; j++) if (best[j] + end[j] > best[last] + end[last]) last = j;
  const tags = new Array<number>(T);
  tags[T - 1] = last;
  for (let t = T - 1; t > 0; t--) tags[t - 1] = from[t * K + tags[t]];
  return { tags, score: best[last] + end[last] };
}
