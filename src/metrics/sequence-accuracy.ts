import { type CountedMetric, countedMetric } from "./counted-metric.ts";
import { type Symbols, symbolsOf } from "./edit-distance.ts";

/** The share of targets that outputs are equal to, symbol by symbol: exact matches. `add` takes lists of sequences. */
export function sequenceAccuracy(): CountedMetric<Symbols, Symbols> {
  return countedMetric<Symbols, Symbols>({
    better: "more",
    countsOf(output, target) {
      const [found, wanted] = [symbolsOf(output ?? []), symbolsOf(target)];
      const isSame = found.length === wanted.length && wanted.every((symbol, at) => symbol === found[at]);
      return [isSame ? 1 : 0, 1];
    },
    figureOf: ([right, count]) => right / count,
  });
}

/**
 * The share of targets' symbols that stand at the same place in the outputs; a symbol too many in front moves all. For errors that do not
 * depend on places take `editDistanceRate`. `add` takes lists of sequences.
 */
export function tokenAccuracy(): CountedMetric<Symbols, Symbols> {
  return countedMetric<Symbols, Symbols>({
    better: "more",
    countsOf(output, target) {
      const [found, wanted] = [symbolsOf(output ?? []), symbolsOf(target)];
      return [wanted.filter((symbol, at) => symbol === found[at] && at < found.length).length, wanted.length];
    },
    figureOf: ([right, count]) => right / count,
  });
}
