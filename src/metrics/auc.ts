import { UnrolledError } from "../errors.ts";
import { type Metric, numbersIn } from "./metric.ts";

/**
 * The area under the ROC curve: how often a positive has a higher score than a negative, ties counting half (Hanley & McNeil 1982). It is
 * the rank-sum statistic (Mann & Whitney 1947) over all that was added. Outputs are scores [...], targets 0 or 1 [...].
 *
 * @throws UnrolledError "shape-mismatch" from `add` for another number of scores than of targets
 */
export function auc(): Metric {
  const scores: number[] = [];
  const positives: boolean[] = [];
  return {
    better: "more",
    get value() {
      const order = [...scores.keys()].sort((left, right) => scores[left] - scores[right]);
      let ranks = 0;
      let count = 0;
      for (let from = 0; from < order.length; ) {
        let to = from;
        while (to < order.length && scores[order[to]] === scores[order[from]]) to++;
        // Ranks begin at 1; those of equal scores share their mean.
        const rank = (from + 1 + to) / 2;
        for (const index of order.slice(from, to))
          if (positives[index]) {
            ranks += rank;
            count += 1;
          }
        from = to;
      }
      const others = order.length - count;
      return (ranks - (count * (count + 1)) / 2) / (count * others);
    },
    add(outputs, targets) {
      const out = numbersIn("auc", outputs).data;
      const wanted = numbersIn("auc", targets).data;
      if (out.length !== wanted.length) {
        throw new UnrolledError("shape-mismatch", {
          call: "auc",
          problem: `${out.length} scores and ${wanted.length} targets, needed one score for each`,
        });
      }
      for (let at = 0; at < out.length; at++) {
        scores.push(out[at]);
        positives.push(wanted[at] > 0.5);
      }
    },
    reset() {
      scores.length = 0;
      positives.length = 0;
    },
  };
}
