/** How often each run of n symbols stands in a sequence, by the run's text. */
export type NgramCounts = ReadonlyMap<string, number>;

/** The runs of n symbols that follow one another, joined by `separator`, which no symbol may contain. */
export function ngramCounts(symbols: readonly string[], n: number, separator: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let from = 0; from + n <= symbols.length; from++) {
    const ngram = symbols.slice(from, from + n).join(separator);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many runs two sequences have in common, each as often as it stands in both. */
export function matches(one: NgramCounts, other: NgramCounts): number {
  let sum = 0;
  for (const [ngram, count] of one) sum += Math.min(count, other.get(ngram) ?? 0);
  return sum;
}
