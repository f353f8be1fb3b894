// chrF (Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015) and chrF++ (2017) as sacreBLEU 2.6.0 counts them:
//   P and R are means over the orders of runs of characters, and of words, that both sides are long enough for
//   chrF = 100·(1 + β²)·P·R / (β²·P + R)
// Of several references the one counts with which the sentence alone scores most.
import { UnrolledError } from "../../errors.ts";
import { type CountedMetric, countedMetric } from "../counted-metric.ts";
import { SACREBLEU } from "./bleu.ts";
import { matches, type NgramCounts, ngramCounts } from "./ngram-counts.ts";
import { withoutSpaces, wordsOf } from "./whitespace.ts";

/** How chrF is counted. */
export interface ChrfOptions {
  /** The longest runs of characters. Default 6. */
  readonly charOrder?: number;
  /** The longest runs of words: 0 (the default) is chrF, 2 is chrF++. */
  readonly wordOrder?: number;
  /** How many times as much recall counts as precision. Default 2. */
  readonly beta?: number;
  /** Whether case counts for nothing. Default false. */
  readonly lowercase?: boolean;
  /** Whether white space is a character. Default false. */
  readonly whitespace?: boolean;
  /** The mean of F over orders, where an order without a run counts next to nothing, instead of the F of means. Default false. */
  readonly epsSmoothing?: boolean;
}

/** chrF over sentences that are added; the value, 0 to 100, is that of all together. */
export interface ChrfMetric extends CountedMetric<string, string | readonly string[]> {
  /** How it was counted, as sacreBLEU prints it: figures with the same signature may be compared. */
  readonly signature: string;
}

const EPSILON = 1e-16;
const PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/**
 * chrF as sacreBLEU defines it. `add` takes sentences as they are and for each its reference, or a list of them.
 *
 * @throws UnrolledError "invalid-argument" for an option that cannot be, or a sentence without a reference
 */
export function chrf(options: ChrfOptions = {}): ChrfMetric {
  const { charOrder = 6, wordOrder = 0, beta = 2 } = options;
  const { lowercase = false, whitespace = false, epsSmoothing = false } = options;
  for (const [name, value, least] of [
    ["charOrder", charOrder, 1],
    ["wordOrder", wordOrder, 0],
    ["beta", beta, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      refuse(`${name} is ${value}, needed an integer of at least ${least}`);
  const referenceCounts = new Set<number>();
  const ngramsOf = (line: string): NgramCounts[] => {
    const text = lowercase ? line.toLowerCase() : line;
    const characters = [...(whitespace ? text : withoutSpaces(text))];
    const words = wordOrder > 0 ? wordsWithoutPunctuation(text) : [];
    return [
      ...Array.from({ length: charOrder }, (_, at) => ngramCounts(characters, at + 1, "")),
      ...Array.from({ length: wordOrder }, (_, at) => ngramCounts(words, at + 1, " ")),
    ];
  };
  const metric = countedMetric<string, string | readonly string[]>({
    better: "more",
    countsOf(output, reference) {
      const references = typeof reference === "string" ? [reference] : reference;
      if (references.length === 0) refuse("a sentence has no reference, needed at least one");
      referenceCounts.add(references.length);
      const found = ngramsOf(output ?? "");
      let best: readonly number[] = [];
      let most = -1;
      for (const line of references) {
        const counts = ngramsOf(line).flatMap((known, at) => [
          known.size > 0 ? totalOf(found[at]) : 0,
          totalOf(known),
          matches(found[at], known),
        ]);
        const score = fScore(counts);
        if (score > most) [most, best] = [score, counts];
      }
      return best;
    },
    figureOf: fScore,
  });
  return Object.defineProperty(metric, "signature", { enumerable: true, get: signature }) as ChrfMetric;

  function fScore(counts: readonly number[]): number {
    const weight = beta * beta;
    let [precision, recall, orders, sum] = [0, 0, 0, 0];
    for (let at = 0; at < counts.length; at += 3) {
      const [found, known, matched] = [counts[at], counts[at + 1], counts[at + 2]];
      const p = found > 0 ? matched / found : EPSILON;
      const r = known > 0 ? matched / known : EPSILON;
      const divisor = weight * p + r;
      sum += divisor > 0 ? ((1 + weight) * p * r) / divisor : EPSILON;
      if (found === 0 || known === 0) continue;
      precision += p;
      recall += r;
      orders += 1;
    }
    if (epsSmoothing) return (100 * sum) / (charOrder + wordOrder);
    if (precision + recall === 0) return 0;
    const [p, r] = [precision / orders, recall / orders];
    return (100 * (1 + weight) * p * r) / (weight * p + r);
  }

  function signature(): string {
    const [count] = referenceCounts;
    return [
      `nrefs:${referenceCounts.size > 1 ? "var" : (count ?? 1)}`,
      `case:${lowercase ? "lc" : "mixed"}`,
      `eff:${epsSmoothing ? "no" : "yes"}`,
      `nc:${charOrder}`,
      `nw:${wordOrder}`,
      `space:${whitespace ? "yes" : "no"}`,
      SACREBLEU,
    ].join("|");
  }
}

function totalOf(counts: NgramCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Words with a sign at their end taken off, or else one at their beginning. */
function wordsWithoutPunctuation(line: string): string[] {
  return wordsOf(line).flatMap((word) => {
    const characters = [...word];
    if (characters.length === 1) return [word];
    if (PUNCTUATION.has(characters[characters.length - 1])) return [word.slice(0, -1), word.slice(-1)];
    return PUNCTUATION.has(characters[0]) ? [word.slice(0, 1), word.slice(1)] : [word];
  });
}

function refuse(problem: string): never {
  throw new UnrolledError("invalid-argument", { call: "chrf", problem });
}
