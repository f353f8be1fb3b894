import { UnrolledError } from "../errors.ts";
import { type Metric, type MetricNumbers, numbersIn } from "./metric.ts";

/** The mean absolute error, in the units of the targets. Outputs and targets of one size; targets that are NaN are passed over. */
export function meanAbsoluteError(): Metric {
  return meanOf("meanAbsoluteError", Math.abs, (mean) => mean);
}

/** The root of the mean squared error, in the units of the targets. Outputs and targets of one size; targets that are NaN are passed over. */
export function rootMeanSquareError(): Metric {
  return meanOf("rootMeanSquareError", (error) => error * error, Math.sqrt);
}

function meanOf(call: string, cost: (error: number) => number, figure: (mean: number) => number): Metric {
  let sum = 0;
  let count = 0;
  return {
    better: "less",
    get value() {
      return figure(sum / count);
    },
    add(outputs: MetricNumbers, targets: MetricNumbers) {
      const out = numbersIn(call, outputs).data;
      const wanted = numbersIn(call, targets).data;
      if (out.length !== wanted.length) {
        throw new UnrolledError("shape-mismatch", {
          call,
          problem: `${out.length} outputs and ${wanted.length} targets, needed as many`,
        });
      }
      for (let at = 0; at < out.length; at++) {
        if (Number.isNaN(wanted[at])) continue;
        sum += cost(out[at] - wanted[at]);
        count += 1;
      }
    },
    reset() {
      sum = 0;
      count = 0;
    },
  };
}
