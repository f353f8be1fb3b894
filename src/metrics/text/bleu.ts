// BLEU (Papineni, Roukos, Ward & Zhu 2002) with the conventions of sacreBLEU 2.6.0 (Post 2018):
//   p_n  = matches_n / total_n, matches clipped by the reference that has most
//   BP   = exp(1 − r / c) where c < r, r being the length of the reference that is closest to the output, the shorter of two
//   BLEU = 100·BP·exp((1/N)·Σ_n ln p_n)
import { UnrolledError } from "../../errors.ts";
import { exp } from "../../random/exp.ts";
import { log } from "../../random/log.ts";
import { type CountedMetric, countedMetric, sumsOf } from "../counted-metric.ts";
import type { BleuSmoothing, BleuTokenization } from "./bleu-kinds.ts";
import { bleuWords } from "./bleu-words.ts";
import { matches, ngramCounts } from "./ngram-counts.ts";

/** How BLEU is counted. */
export interface BleuOptions {
  /** How lines become words. Default "13a". */
  readonly tokenize?: BleuTokenization;
  /** Whether case counts for nothing. Default false. */
  readonly lowercase?: boolean;
  /** "exp" (the default): the k-th order without a match counts ½^k matches. "floor" and "add-k" count `smoothValue`. */
  readonly smooth?: BleuSmoothing;
  /** Default 0.1 for "floor", 1 for "add-k". */
  readonly smoothValue?: number;
  /** N: the longest runs of words that count. Default 4. */
  readonly maxNgramOrder?: number;
  /** Leaves out orders that the output is too short for, as is meant for single sentences. Default false. */
  readonly effectiveOrder?: boolean;
}

/** BLEU and what it came from. */
export interface BleuScore {
  /** 0 to 100. */
  readonly score: number;
  /** p_n in percent, smoothed [N]. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly outputLength: number;
  readonly referenceLength: number;
}

/** BLEU over sentences that are added; the value is that of all together, which is not the mean over sentences. */
export interface BleuMetric extends CountedMetric<string, string | readonly string[]> {
  readonly score: BleuScore;
  /** How it was counted, as sacreBLEU prints it: figures with the same signature may be compared. */
  readonly signature: string;
}

/**
 * BLEU as sacreBLEU defines it. `add` takes sentences as they are (not tokenised, cased) and for each its reference, or a list of them.
 *
 * @throws UnrolledError "invalid-argument" for an option that cannot be, or a sentence without a reference
 */
export function bleu(options: BleuOptions = {}): BleuMetric {
  const { tokenize = "13a", lowercase = false, effectiveOrder = false, maxNgramOrder: N = 4 } = options;
  const { method, value: smoothValue } = smoothingOf(options);
  if (!["13a", "intl", "char", "none"].includes(tokenize))
    refuse(`tokenize is ${JSON.stringify(tokenize)}, needed "13a", "intl", "char" or "none"`);
  if (!Number.isInteger(N) || N < 1) refuse(`maxNgramOrder is ${N}, needed an integer of at least 1`);
  const referenceCounts = new Set<number>();
  const orders = Array.from({ length: N }, (_, at) => at + 1);
  const ngramsOf = (words: readonly string[]) => orders.map((n) => ngramCounts(words, n, " "));
  const metric = countedMetric<string, string | readonly string[]>({
    better: "more",
    countsOf(output, reference) {
      const references = typeof reference === "string" ? [reference] : reference;
      if (references.length === 0) refuse("a sentence has no reference, needed at least one");
      referenceCounts.add(references.length);
      const words = bleuWords(output ?? "", tokenize, lowercase);
      const expected = references.map((line) => bleuWords(line, tokenize, lowercase));
      const known = expected.map(ngramsOf);
      const counts = ngramsOf(words).map((found, at) =>
        matches(found, known.map((each) => each[at]).reduce(mostOfEach)),
      );
      const lengths = expected.map(({ length }) => length);
      const totals = orders.map((n) => Math.max(0, words.length - n + 1));
      return [words.length, closest(words.length, lengths), ...counts, ...totals];
    },
    figureOf: (sums) => scoreOf(sums).score,
  });
  return Object.defineProperties(metric, {
    score: { enumerable: true, get: () => scoreOf(metric.counts.length > 0 ? sumsOf(metric.counts) : []) },
    signature: { enumerable: true, get: signature },
  }) as BleuMetric;

  function scoreOf([outputLength = 0, referenceLength = 0, ...numbers]: readonly number[]): BleuScore {
    const brevityPenalty =
      outputLength >= referenceLength ? 1 : outputLength === 0 ? 0 : exp(1 - referenceLength / outputLength);
    const found = numbers.slice(0, N);
    const none = { precisions: orders.map(() => 0), brevityPenalty, outputLength, referenceLength };
    if (!found.some((count) => count > 0)) return { score: 0, ...none };
    const precisions = none.precisions;
    let halves = 1;
    let order = N;
    for (let at = 0; at < N; at++) {
      const added = method === "add-k" && at > 0 ? smoothValue : 0;
      const total = numbers[N + at] + added;
      if (total === 0) break;
      if (effectiveOrder) order = at + 1;
      let count = found[at] + added;
      if (count === 0 && method === "exp") {
        halves /= 2;
        count = halves;
      } else if (count === 0 && method === "floor") count = smoothValue;
      precisions[at] = (100 * count) / total;
    }
    const used = precisions.slice(0, order);
    const score = used.includes(0)
      ? 0
      : brevityPenalty * exp(used.reduce((sum, precision) => sum + log(precision), 0) / order);
    return { ...none, score, precisions };
  }

  function signature(): string {
    const [count] = referenceCounts;
    const smooth = method === "floor" || method === "add-k" ? `${method}[${smoothValue.toFixed(2)}]` : method;
    return [
      `nrefs:${referenceCounts.size > 1 ? "var" : (count ?? 1)}`,
      `case:${lowercase ? "lc" : "mixed"}`,
      `eff:${effectiveOrder ? "yes" : "no"}`,
      `tok:${tokenize}`,
      `smooth:${smooth}`,
      SACREBLEU,
    ].join("|");
  }
}

/** Whose definitions these are, at the end of a signature. */
export const SACREBLEU = "version:2.6.0|impl:unrolled";

function smoothingOf({ smooth = "exp", smoothValue }: BleuOptions): {
  readonly method: BleuSmoothing;
  readonly value: number;
} {
  if (!["exp", "floor", "add-k", "none"].includes(smooth))
    refuse(`smooth is ${JSON.stringify(smooth)}, needed "exp", "floor", "add-k" or "none"`);
  const value = smoothValue ?? (smooth === "floor" ? 0.1 : 1);
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    refuse(`smoothValue is ${value}, needed a number of at least 0`);
  return { method: smooth, value };
}

function mostOfEach(one: Map<string, number>, other: Map<string, number>): Map<string, number> {
  const most = new Map(one);
  for (const [ngram, count] of other) most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
  return most;
}

function closest(length: number, lengths: readonly number[]): number {
  return lengths.reduce((best, each) => {
    const [before, now] = [Math.abs(length - best), Math.abs(length - each)];
    return now < before || (now === before && each < best) ? each : best;
  });
}

function refuse(problem: string): never {
  throw new UnrolledError("invalid-argument", { call: "bleu", problem });
}
