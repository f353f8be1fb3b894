import { eachClass } from "./classes.ts";
import { IGNORED, type Metric, numbersIn } from "./metric.ts";

/** Options of classification metrics. */
export interface ClassMetricOptions {
  /** A target that counts for nothing; −100 if not given. */
  readonly ignoreIndex?: number;
}

/** The share of targets whose class has the largest logit, or is the class that was given: outputs [..., V] or [...], targets [...]. */
export function accuracy({ ignoreIndex = IGNORED }: ClassMetricOptions = {}): Metric {
  let right = 0;
  let count = 0;
  return {
    better: "more",
    get value() {
      return right / count;
    },
    add(outputs, targets) {
      const visit = (predicted: number, target: number) => {
        count += 1;
        if (predicted === target) right += 1;
      };
      eachClass("accuracy", outputs, targets, visit, ignoreIndex);
    },
    reset() {
      right = 0;
      count = 0;
    },
  };
}

/** As `accuracy`, of two classes: a logit [...] above 0 says yes, targets [...] are 0 or 1. */
export function binaryAccuracy(): Metric {
  let right = 0;
  let count = 0;
  return {
    better: "more",
    get value() {
      return right / count;
    },
    add(outputs, targets) {
      const out = numbersIn("binaryAccuracy", outputs).data;
      const wanted = numbersIn("binaryAccuracy", targets).data;
      for (let at = 0; at < wanted.length; at++) if (out[at] > 0 === wanted[at] > 0.5) right += 1;
      count += wanted.length;
    },
    reset() {
      right = 0;
      count = 0;
    },
  };
}
