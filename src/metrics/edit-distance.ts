import { type CountedMetric, countedMetric } from "./counted-metric.ts";

/** A sequence of anything that can be told apart: words, characters, ids. */
export type Symbols = string | ArrayLike<unknown>;

/** How many insertions, deletions and substitutions make one sequence of another, at least (Levenshtein 1966). */
export function editDistance(from: Symbols, to: Symbols): number {
  const [left, right] = [symbolsOf(from), symbolsOf(to)];
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const kept = row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(kept, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[right.length];
}

/**
 * Edits for each symbol of the targets: the character error rate of strings, the word or phoneme error rate of lists of words or phonemes.
 * `add` takes lists of sequences, one beside the other.
 */
export function editDistanceRate(): CountedMetric<Symbols, Symbols> {
  return countedMetric<Symbols, Symbols>({
    better: "less",
    countsOf: (output, target) => [editDistance(output ?? [], target), symbolsOf(target).length],
    figureOf: ([edits, length]) => edits / length,
  });
}

/** Characters of a string are its code points. */
export function symbolsOf(symbols: Symbols): readonly unknown[] {
  return typeof symbols === "string" ? [...symbols] : Array.from(symbols);
}
