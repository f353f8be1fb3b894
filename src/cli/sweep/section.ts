import type { Entry } from "../configuration/file.ts";
import { canonicalKey } from "../configuration/keys.ts";
import { unknownKey } from "../configuration/unknown-key.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../flags/option-values.ts";

/** The entries by their keys, all of them known and each there once. */
export function sectionOf(entries: readonly Entry[], known: readonly string[]): ReadonlyMap<string, Entry> {
  const section = new Map<string, Entry>();
  for (const entry of entries) {
    const key = canonicalKey(entry.key);
    if (!known.includes(key)) throw new UsageError(`${entry.place}: ${unknownKey(entry.key, known)}`);
    if (section.has(key)) refuse(entry, "is given twice");
    section.set(key, entry);
  }
  return section;
}

export function entriesBelow(entry: Entry): readonly Entry[] {
  if (entry.entries === undefined || entry.entries.length === 0) refuse(entry, "needed keys below it");
  return entry.entries!;
}

export function entryAt(at: ReadonlyMap<string, Entry>, key: string, where: string): Entry {
  const entry = at.get(key);
  if (entry === undefined) throw new UsageError(`${where}: key '${key}' is missing`);
  return entry;
}

export function choiceOf<Word extends string>(entry: Entry, words: readonly Word[]): Word {
  const word = words.find((each) => each === entry.value);
  return word ?? refuse(entry, `needed one of ${words.join(", ")}`);
}

export function numberOf(entry: Entry): number {
  if (typeof entry.value !== "number" || !Number.isFinite(entry.value)) refuse(entry, "needed a number");
  return entry.value as number;
}

export function wholeNumberOf(entry: Entry, least: number): number {
  const value = numberOf(entry);
  try {
    return wholeNumber(least)(String(value));
  } catch {
    return refuse(entry, `needed a whole number of at least ${least}`);
  }
}

/** "sweep.yaml, line 3: search is "best", needed one of grid, random, halving" */
export function refuse({ key, value, place, entries }: Entry, problem: string): never {
  throw new UsageError(
    `${place}: ${key} ${entries === undefined ? `is ${JSON.stringify(value)}, ` : ""}${problem}`,
  );
}
