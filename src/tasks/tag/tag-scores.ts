// What is counted of tags: spans as conlleval counts them (Tjong Kim Sang & Buchholz 2000), or where tags mark none, each step.
import { areSpanTags } from "../../decoding/span-rules.ts";
import { spansOf } from "../../metrics/span-f1.ts";
import { alternativesOf, spansByPlace } from "./tag-alternatives.ts";

/** Precision, recall and their harmonic mean; 0 where there is nothing to divide by. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores of all, and of each type of span or each tag. */
export interface TagScores extends Scores {
  /** The share of steps whose tag is right. */
  readonly accuracy: number;
  readonly perType: Readonly<Record<string, Scores>>;
}

interface Counts {
  right: number;
  found: number;
  wanted: number;
}

/**
 * The scores of tags, a list for each sequence. Where tags mark spans, those of whole spans, all types together. Where they do not, those of
 * each tag, and their mean over the tags. Where several tags are wanted, B-person,B-group, each of them is right.
 */
export function tagScores(
  predicted: readonly (readonly string[])[],
  wanted: readonly (readonly string[])[],
): TagScores {
  const isOfSpans = areSpanTags([
    ...new Set([...predicted.flat(), ...wanted.flat().flatMap(alternativesOf)]),
  ]);
  const counts = new Map<string, Counts>();
  const of = (type: string) => {
    const known = counts.get(type) ?? { right: 0, found: 0, wanted: 0 };
    counts.set(type, known);
    return known;
  };
  let [right, steps] = [0, 0];
  for (const [at, tags] of wanted.entries()) {
    const guesses = predicted[at];
    for (const [t, tag] of tags.entries()) {
      steps += 1;
      if (alternativesOf(tag).includes(guesses[t])) right += 1;
      if (isOfSpans) continue;
      of(tag).wanted += 1;
      of(guesses[t]).found += 1;
      if (guesses[t] === tag) of(tag).right += 1;
    }
    if (!isOfSpans) continue;
    const there = spansByPlace(tags);
    const hit = new Map<string, string>();
    for (const { type, start, end } of spansOf(guesses)) {
      const place = `${start} ${end}`;
      of(type).found += 1;
      if (!there.get(place)?.includes(type)) continue;
      of(type).right += 1;
      hit.set(place, type);
    }
    // A span of several types counts once: as the one that was said, or else as the one that stands first.
    for (const [place, types] of there) of(hit.get(place) ?? types[0]).wanted += 1;
  }
  const perType = Object.fromEntries(
    [...counts]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([type, own]) => [type, scoresOf(own)]),
  );
  const overall = isOfSpans ? scoresOf(totalOf([...counts.values()])) : meanOf(Object.values(perType));
  return { ...overall, accuracy: steps === 0 ? 0 : right / steps, perType };
}

function scoresOf({ right, found, wanted }: Counts): Scores {
  return {
    precision: found === 0 ? 0 : right / found,
    recall: wanted === 0 ? 0 : right / wanted,
    f1: found + wanted === 0 ? 0 : (2 * right) / (found + wanted),
  };
}

function totalOf(counts: readonly Counts[]): Counts {
  const total = { right: 0, found: 0, wanted: 0 };
  for (const { right, found, wanted } of counts) {
    total.right += right;
    total.found += found;
    total.wanted += wanted;
  }
  return total;
}

function meanOf(scores: readonly Scores[]): Scores {
  const mean = (name: keyof Scores) => scores.reduce((sum, each) => sum + each[name], 0) / scores.length;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}
