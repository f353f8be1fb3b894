// What a tagger has to beat: the tag that each word has most often, and for words that the training part does not have, the tag of most.
import { firstTag } from "./tag-alternatives.ts";
import { wordKey } from "./tag-examples.ts";
import { isSentence, type ReadTagged } from "./tag-records.ts";

/** Fitted to the training part. Plain data. */
export interface MostFrequentTags {
  readonly overall: string;
  /** Words whose most frequent tag is another. */
  readonly ofWords: Readonly<Record<string, string>>;
}

export function mostFrequentTags(records: readonly ReadTagged[], lowercase: boolean): MostFrequentTags {
  const overall = new Map<string, number>();
  const ofWords = new Map<string, Map<string, number>>();
  const count = (counts: Map<string, number>, tag: string) => counts.set(tag, (counts.get(tag) ?? 0) + 1);
  for (const record of records)
    for (const [t, cell] of record.tags.entries()) {
      const tag = firstTag(cell);
      count(overall, tag);
      if (!isSentence(record)) continue;
      const word = wordKey(record.tokens[t], lowercase);
      const own = ofWords.get(word) ?? new Map<string, number>();
      count(own, tag);
      ofWords.set(word, own);
    }
  const most = mostOf(overall);
  const others = [...ofWords].map(([word, counts]) => [word, mostOf(counts)] as const);
  return { overall: most, ofWords: Object.fromEntries(others.filter(([, tag]) => tag !== most)) };
}

/** Their tags of a record's steps. */
export function frequentTagsOf(
  record: ReadTagged,
  { overall, ofWords }: MostFrequentTags,
  lowercase: boolean,
): string[] {
  if (!isSentence(record)) return record.tags.map(() => overall);
  return record.tokens.map((token) => {
    const word = wordKey(token, lowercase);
    return Object.hasOwn(ofWords, word) ? ofWords[word] : overall;
  });
}

/** Of several, the one that comes first. */
function mostOf(counts: ReadonlyMap<string, number>): string {
  const most = Math.max(...counts.values());
  return [...counts].find(([, each]) => each === most)![0];
}
