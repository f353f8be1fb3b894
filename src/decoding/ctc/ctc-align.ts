// The likeliest path that gives known tokens (Viterbi 1967 on the trellis of Graves et al. 2006): states are the U tokens with a blank
// before, between and after them, 2U + 1 in all. A step stays, goes on by one, or leaves out a blank between two tokens that differ.
import { UnrolledError } from "../../errors.ts";
import { log } from "../../random/log.ts";
import type { CtcPath, TokenSpan } from "./best-path.ts";
import { type CtcOptions, checkedBlank, stepsOf } from "./ctc-options.ts";
import { frameSoftmax } from "./frame-softmax.ts";

const CALL = "ctcAlign";

/**
 * Where each of known tokens stands in time: the likeliest of all paths that give them (forced alignment).
 *
 * @param logits [T·V] of one sequence, step by step: before the softmax, or logarithms of probabilities
 * @param tokenIds U tokens, none of them the blank; may be empty
 * @throws UnrolledError "shape-mismatch" for logits that are no multiple of V, "invalid-argument" for tokens outside the vocabulary and
 * for more than fit into T steps (a repeated token needs a blank between) or have no probability, "not-finite" for NaN or +∞
 */
export function ctcAlign(
  logits: ArrayLike<number>,
  tokenIds: ArrayLike<number>,
  options: CtcOptions,
): CtcPath {
  const blank = checkedBlank(CALL, options);
  const V = options.vocabularySize;
  const T = stepsOf(CALL, logits, V);
  requireFits(tokenIds, T, V, blank);
  const U = tokenIds.length;
  const S = 2 * U + 1;
  const classOf = (s: number) => (s % 2 === 0 ? blank : tokenIds[s >> 1]);
  let best = new Float64Array(S).fill(Number.NEGATIVE_INFINITY);
  let next = new Float64Array(S);
  best[0] = 0;
  /** By how many states each state at each step lies behind the one before it. */
  const moves = new Uint8Array(T * S);
  const probabilities = new Float64Array(V);
  for (let t = 0; t < T; t++) {
    frameSoftmax(CALL, logits, t * V, probabilities);
    for (let v = 0; v < V; v++) probabilities[v] = log(probabilities[v]);
    for (let s = 0; s < S; s++) {
      let move = 0;
      if (s >= 1 && best[s - 1] > best[s - move]) move = 1;
      const skips = s >= 3 && s % 2 === 1 && tokenIds[s >> 1] !== tokenIds[(s >> 1) - 1];
      if (skips && best[s - 2] > best[s - move]) move = 2;
      moves[t * S + s] = move;
      next[s] = best[s - move] + probabilities[classOf(s)];
    }
    [best, next] = [next, best];
  }
  let state = U > 0 && best[S - 2] > best[S - 1] ? S - 2 : S - 1;
  const score = best[state];
  if (score === Number.NEGATIVE_INFINITY) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      problem:
        "the logits make these tokens impossible: one of them, or a blank they need, has no probability anywhere",
    });
  }
  const spans: { start: number; end: number }[] = new Array(U);
  for (let t = T - 1; t >= 0; t--) {
    if (state % 2 === 1) spans[state >> 1] = { start: t, end: spans[state >> 1]?.end ?? t + 1 };
    state -= moves[t * S + state];
  }
  return { tokenIds: Array.from(tokenIds), spans: spans as TokenSpan[], score };
}

function requireFits(tokenIds: ArrayLike<number>, T: number, V: number, blank: number): void {
  let needed = tokenIds.length;
  for (let u = 0; u < tokenIds.length; u++) {
    const id = tokenIds[u];
    if (!Number.isInteger(id) || id < 0 || id >= V || id === blank) {
      throw new UnrolledError("invalid-argument", {
        call: CALL,
        problem: `token ${u} is ${id}, needed classes from 0 to ${V - 1} without the blank, ${blank}`,
      });
    }
    if (u > 0 && id === tokenIds[u - 1]) needed += 1;
  }
  if (needed <= T) return;
  throw new UnrolledError("invalid-argument", {
    call: CALL,
    problem: `${tokenIds.length} tokens need ${needed} steps, the logits have ${T}`,
  });
}
