import type { ClassMetricOptions } from "./accuracy.ts";
import { eachClass } from "./classes.ts";
import { IGNORED, type Metric } from "./metric.ts";

/** A metric that counts which class was taken for which. */
export interface ConfusionMetric extends Metric {
  /** How often each class was taken for each: rows are targets, columns predictions. */
  readonly matrix: readonly (readonly number[])[];
}

/** Counts which class was taken for which; its value is the accuracy. Outputs [..., V] or [...], targets [...]. */
export function confusion({ ignoreIndex = IGNORED }: ClassMetricOptions = {}): ConfusionMetric {
  let counts: number[][] = [];
  const grow = (classes: number) => {
    while (counts.length < classes) counts.push([]);
    for (const row of counts) while (row.length < classes) row.push(0);
  };
  return {
    better: "more",
    get matrix() {
      return counts.map((row) => [...row]);
    },
    get value() {
      const total = counts.flat().reduce((sum, count) => sum + count, 0);
      return counts.reduce((sum, row, index) => sum + row[index], 0) / total;
    },
    add(outputs, targets) {
      const visit = (predicted: number, target: number) => {
        grow(Math.max(predicted, target) + 1);
        counts[target][predicted] += 1;
      };
      eachClass("confusion", outputs, targets, visit, ignoreIndex);
    },
    reset() {
      counts = [];
    },
  };
}

/** How precision and recall become one number. */
export interface F1Options extends ClassMetricOptions {
  /**
   * "macro": the mean of the classes' F1, each counting the same (classes that are neither target nor prediction are left out); "micro":
   * of all decisions together. "macro" if not given.
   */
  readonly average?: "micro" | "macro";
  /** The only class that counts, such as the rare one of two. */
  readonly positive?: number;
}

/**
 * F1, the harmonic mean of precision and recall (van Rijsbergen 1979): 2·right / (targets + predictions) of a class. Outputs [..., V] or
 * [...], targets [...].
 */
export function f1({ average = "macro", positive, ignoreIndex = IGNORED }: F1Options = {}): Metric {
  const counted = confusion({ ignoreIndex });
  return {
    better: "more",
    get value() {
      const { matrix } = counted;
      const sums = matrix.map((row, index) => ({
        right: row[index],
        all:
          row.reduce((sum, count) => sum + count, 0) + matrix.reduce((sum, other) => sum + other[index], 0),
      }));
      const score = ({ right, all }: { right: number; all: number }) => (2 * right) / all;
      if (positive !== undefined) return score(sums[positive] ?? { right: 0, all: 0 });
      if (average === "micro") {
        return score(
          sums.reduce((sum, each) => ({ right: sum.right + each.right, all: sum.all + each.all }), {
            right: 0,
            all: 0,
          }),
        );
      }
      const there = sums.filter(({ all }) => all > 0);
      return there.reduce((sum, each) => sum + score(each), 0) / there.length;
    },
    add: counted.add,
    reset: counted.reset,
  };
}
