import { Sampler, type SamplingOptions } from "../decoding/sampler.ts";
import { softmaxWeights } from "../decoding/softmax.ts";

/** A token that may come next. */
export interface NextTokenShare {
  readonly id: number;
  /** What the model gives it. */
  readonly probability: number;
  /** What sampling makes of that: 0 where its options leave the token out. */
  readonly sampled: number;
}

/**
 * The likeliest tokens after a step, given its logits [V], with what temperature, top-k, top-p and min-p make of their
 * probabilities; `count` of them, all if not given.
 *
 * @throws UnrolledError "invalid-argument" for impossible options, "not-finite" for logits that are not finite
 */
export function nextTokens(
  logits: ArrayLike<number>,
  options: SamplingOptions = {},
  count: number = logits.length,
): NextTokenShare[] {
  const scores = Float64Array.from(logits);
  const { ids, probabilities } = new Sampler(
    scores.length,
    { temperature: 1, ...options },
    "nextTokens",
  ).shares(Float32Array.from(logits));
  const sampled = new Float64Array(scores.length);
  ids.forEach((id, index) => {
    sampled[id] = probabilities[index];
  });
  const sum = softmaxWeights("nextTokens", scores, 1);
  const order = Uint32Array.from({ length: scores.length }, (_, id) => id).sort(
    (a, b) => scores[b] - scores[a] || a - b,
  );
  return Array.from(order.subarray(0, count), (id) => ({
    id,
    probability: scores[id] / sum,
    sampled: sampled[id],
  }));
}
