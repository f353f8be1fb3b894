import type { CountedMetric } from "../counted-metric.ts";
import { type AlignedPair, alignSequences } from "./align-sequences.ts";

/** What is counted: words between white space, characters with single spaces between words, or phonemes between white space. */
export type ErrorUnit = "words" | "characters" | "phonemes";

/** What alignments of all texts together count. */
export interface EditCounts {
  /** Words, characters or phonemes of the references. */
  readonly total: number;
  readonly correct: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

/** What was taken for what, and how often. */
export interface Confusion {
  /** Undefined for what was put in. */
  readonly reference: string | undefined;
  /** Undefined for what was left out. */
  readonly hypothesis: string | undefined;
  readonly count: number;
}

/** A metric of texts that were recognised; its value is (S + D + I) / N. */
export interface ErrorRateMetric extends CountedMetric<string, string> {
  /** Substitutions, deletions, insertions and symbols of each reference. */
  readonly counts: readonly (readonly number[])[];
  readonly edits: EditCounts;
  /** The errors, the most frequent first. */
  confusions(): Confusion[];
}

/**
 * The share of a reference's words (WER), characters (CER) or phonemes (PER) that were recognised wrongly, left out or put in, with sclite's
 * alignments. It can be above 1. `add` takes lists of texts, one beside the other; a text that is missing counts as "".
 */
export function errorRate({ unit = "words" }: { readonly unit?: ErrorUnit } = {}): ErrorRateMetric {
  const counts: number[][] = [];
  let correct = 0;
  const errors = new Map<string, { pair: AlignedPair; count: number }>();
  const rateOf = ([substitutions, deletions, insertions, total]: readonly number[]) =>
    (substitutions + deletions + insertions) / total;
  const sums = () =>
    counts.reduce((sum, each) => sum.map((so, at) => so + each[at]), [0, 0, 0, 0] as readonly number[]);
  const isEdit = ["substitution", "deletion", "insertion"] as const;
  return {
    better: "less",
    counts,
    figureOf: rateOf,
    get value() {
      return rateOf(sums());
    },
    get edits() {
      const [substitutions, deletions, insertions, total] = sums();
      return { total, correct, substitutions, deletions, insertions };
    },
    confusions: () =>
      [...errors.values()]
        .map(({ pair, count }) => ({ reference: pair.reference, hypothesis: pair.hypothesis, count }))
        .sort((one, other) => other.count - one.count),
    add(outputs, targets) {
      targets.forEach((target, index) => {
        const reference = recognisedSymbols(target, unit);
        const pairs = alignSequences(reference, recognisedSymbols(outputs[index] ?? "", unit));
        const count = (kind: AlignedPair["kind"]) => pairs.filter((pair) => pair.kind === kind).length;
        counts.push([...isEdit.map(count), reference.length]);
        correct += count("correct");
        for (const pair of pairs) {
          if (pair.kind === "correct") continue;
          const key = JSON.stringify([pair.reference ?? null, pair.hypothesis ?? null]);
          const so = errors.get(key) ?? { pair, count: 0 };
          so.count += 1;
          errors.set(key, so);
        }
      });
    },
    reset() {
      counts.length = 0;
      correct = 0;
      errors.clear();
    },
  };
}

/** What a text is made of: its words or phonemes, or its characters with one space where there are several. */
export function recognisedSymbols(text: string, unit: ErrorUnit): string[] {
  const words = text.trim().split(/\s+/).filter(Boolean);
  return unit === "characters" ? [...words.join(" ")] : words;
}
