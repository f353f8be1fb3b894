import { UnrolledError } from "../../errors.ts";
import { exp } from "../../random/exp.ts";

/**
 * Overwrites probabilities [V] with the softmax of the V logits that begin at `from`, and returns the class of the largest, the first of
 * several. Throws "not-finite" for NaN and +∞, and where all are −∞.
 */
export function frameSoftmax(
  call: string,
  logits: ArrayLike<number>,
  from: number,
  probabilities: Float64Array,
): number {
  const V = probabilities.length;
  let most = Number.NEGATIVE_INFINITY;
  let best = -1;
  for (let v = 0; v < V; v++) {
    const logit = logits[from + v];
    if (!(logit < Number.POSITIVE_INFINITY)) throw notFinite(call, from / V, `${logit} at class ${v}`);
    if (logit > most) {
      most = logit;
      best = v;
    }
  }
  if (best < 0) throw notFinite(call, from / V, "−∞ everywhere");
  let sum = 0;
  for (let v = 0; v < V; v++) {
    const weight = exp(logits[from + v] - most);
    probabilities[v] = weight;
    sum += weight;
  }
  for (let v = 0; v < V; v++) probabilities[v] /= sum;
  return best;
}

function notFinite(call: string, step: number, got: string): UnrolledError {
  return new UnrolledError("not-finite", {
    call,
    subject: `the logits of step ${step}`,
    got,
    needed: "finite numbers, or −∞ for what is impossible",
  });
}
