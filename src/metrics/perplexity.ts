import { UnrolledError } from "../errors.ts";
import { exp } from "../random/exp.ts";
import type { ClassMetricOptions } from "./accuracy.ts";
import { IGNORED, type Metric, numbersIn } from "./metric.ts";

/**
 * exp of the mean cross-entropy: among how many equally likely classes a guess would be as hard. Outputs are logits [..., V], targets
 * [...].
 *
 * @throws UnrolledError "shape-mismatch" from `add` for logits that do not fit the targets
 */
export function perplexity({ ignoreIndex = IGNORED }: ClassMetricOptions = {}): Metric {
  let nats = 0;
  let count = 0;
  return {
    better: "less",
    get value() {
      return exp(nats / count);
    },
    add(outputs, targets) {
      const { data: logits } = numbersIn("perplexity", outputs);
      const { data: wanted } = numbersIn("perplexity", targets);
      const classes = wanted.length === 0 ? 1 : logits.length / wanted.length;
      if (!Number.isInteger(classes)) {
        throw new UnrolledError("shape-mismatch", {
          call: "perplexity",
          problem: `${logits.length} logits for ${wanted.length} targets, needed logits [..., V]`,
        });
      }
      for (let place = 0; place < wanted.length; place++) {
        if (wanted[place] === ignoreIndex) continue;
        const from = place * classes;
        let most = Number.NEGATIVE_INFINITY;
        for (let at = 0; at < classes; at++) most = Math.max(most, logits[from + at]);
        let sum = 0;
        for (let at = 0; at < classes; at++) sum += Math.exp(logits[from + at] - most);
        nats += most + Math.log(sum) - logits[from + wanted[place]];
        count += 1;
      }
    },
    reset() {
      nats = 0;
      count = 0;
    },
  };
}
