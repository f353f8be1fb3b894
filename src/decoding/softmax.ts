import { UnrolledError } from "../errors.ts";
import { exp } from "../random/exp.ts";

/** Copies logits into float64 scores [V]. −∞ (an impossible token) is allowed, NaN and +∞ are errors that name `call`. */
export function copyScores(call: string, logits: Float32Array, scores: Float64Array): void {
  for (let v = 0; v < scores.length; v++) {
    const logit = logits[v];
    if (!(logit < Number.POSITIVE_INFINITY)) {
      throw new UnrolledError("not-finite", {
        call,
        problem: `the logit of token ${v} is ${logit}, needed a finite number`,
      });
    }
    scores[v] = logit;
  }
}

/** The error for a step at which every token is forbidden or impossible. */
export function noTokenLeft(call: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call,
    problem: "no token is left to choose from, needed at least one",
  });
}

/**
 * Overwrites scores [V] with weights e^((score − largest) / temperature) and returns their sum:
 * weight / sum is the softmax, and the likeliest token weighs exactly 1. Throws when every score is −∞.
 */
export function softmaxWeights(call: string, scores: Float64Array, temperature: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < scores.length; v++) if (scores[v] > largest) largest = scores[v];
  if (largest === Number.NEGATIVE_INFINITY) throw noTokenLeft(call);
  let sum = 0;
  for (let v = 0; v < scores.length; v++) {
    scores[v] = exp((scores[v] - largest) / temperature);
    sum += scores[v];
  }
  return sum;
}

/** Overwrites weights [V] with what the logits give each token that is not forbidden, at a temperature; returns their sum. */
export function nextTokenWeights(
  call: string,
  logits: Float32Array,
  forbiddenIds: readonly number[],
  weights: Float64Array,
  temperature = 1,
): number {
  copyScores(call, logits, weights);
  for (const id of forbiddenIds) weights[id] = Number.NEGATIVE_INFINITY;
  return softmaxWeights(call, weights, temperature);
}
