import type { Metric } from "./metric.ts";

/**
 * A figure of numbers that each example has and that are summed over all: matches and totals, edits and lengths. It keeps those of each
 * example, so that examples can be drawn again (`bootstrap`).
 */
export interface CountedMetric<Output, Target> extends Metric<readonly Output[], readonly Target[]> {
  /** What each example that was added counts. */
  readonly counts: readonly (readonly number[])[];
  /** The figure of sums of such numbers. */
  figureOf(sums: readonly number[]): number;
}

/** What a metric of this kind is made of. */
interface Counting<Output, Target> {
  readonly better: "less" | "more";
  countsOf(output: Output, target: Target): readonly number[];
  figureOf(sums: readonly number[]): number;
}

/** A metric of what examples count and what follows from the sums; NaN before there is an example. */
export function countedMetric<Output, Target>({
  better,
  countsOf,
  figureOf,
}: Counting<Output, Target>): CountedMetric<Output, Target> {
  const counts: (readonly number[])[] = [];
  return {
    better,
    counts,
    figureOf,
    get value() {
      return counts.length === 0 ? Number.NaN : figureOf(sumsOf(counts));
    },
    add(outputs, targets) {
      targets.forEach((target, at) => {
        counts.push(countsOf(outputs[at], target));
      });
    },
    reset() {
      counts.length = 0;
    },
  };
}

/** Sums over examples, number by number. */
export function sumsOf(counts: readonly (readonly number[])[]): number[] {
  const sums = Array.from(counts[0] ?? [], () => 0);
  for (const each of counts) for (let at = 0; at < sums.length; at++) sums[at] += each[at];
  return sums;
}
