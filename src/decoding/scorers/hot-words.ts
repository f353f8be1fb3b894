// Words and phrases that are likely here, such as names: each adds a bonus when it is said. What a prefix has of one already counts by its
// share, so that a beam does not lose it half way, and is taken back when the word turns out to be another.
import { UnrolledError } from "../../errors.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { type SpellingNode, spellingTrie } from "./spelling-trie.ts";

/** Which words are likely. */
export interface HotWordOptions {
  /** The text of each class, [V]; that of the blank is not read. */
  readonly tokens: readonly string[];
  /** Words, or phrases with single spaces. */
  readonly words: Iterable<string>;
  /** ln of how much likelier each becomes. Default 10. */
  readonly bonus?: number | undefined;
}

interface HotPlace {
  /** Where a hot word or phrase goes on; undefined within another word. */
  readonly node: SpellingNode | undefined;
  /** Where the last word goes on by itself, if the phrase does not. */
  readonly inner: SpellingNode | undefined;
  /** What has been given for it, and how much of that stays because a shorter one is over. */
  readonly given: number;
  readonly kept: number;
}

/**
 * A scorer that makes words likelier.
 *
 * @throws UnrolledError "invalid-argument" for a bonus that is not finite
 */
export function hotWords({ tokens, words, bonus = 10 }: HotWordOptions): PrefixScorer<HotPlace> {
  if (!Number.isFinite(bonus)) {
    throw new UnrolledError("invalid-argument", {
      call: "hotWords",
      subject: "bonus",
      got: `${bonus}`,
      needed: "a finite number",
    });
  }
  const root = spellingTrie([...words].map((word) => word.trim()));
  const pieces = tokens.map((text) => [...text]);
  const opening: HotPlace = { node: root, inner: root, given: 0, kept: 0 };
  const share = ({ depth, shortest }: SpellingNode) => (bonus * depth) / shortest;
  /** What has been earned for good if the word ends here. */
  const settled = ({ node, kept }: HotPlace) => (node?.word === undefined ? kept : bonus);

  const readCharacter = (place: HotPlace, character: string): HotPlace => {
    const { node, kept } = place;
    if (!/\s/.test(character)) {
      const inner = place.inner?.children.get(character);
      const next = node?.children.get(character) ?? inner;
      return { node: next, inner, given: next ? Math.max(kept, share(next)) : kept, kept };
    }
    const next = node?.children.get(" ");
    if (next === undefined) return opening;
    const earned = settled(place);
    return { node: next, inner: root, given: Math.max(earned, share(next)), kept: earned };
  };

  const read = (from: HotPlace, tokenId: number): { score: number; place: HotPlace } => {
    let [place, score] = [from, 0];
    for (const character of pieces[tokenId]) {
      const next = readCharacter(place, character);
      score += (next === opening ? settled(place) : next.given) - place.given;
      place = next;
    }
    return { score, place };
  };
  return {
    start: () => opening,
    score: (place, tokenId) => read(place, tokenId).score,
    next: (place, tokenId) => read(place, tokenId).place,
    end: (place) => settled(place) - place.given,
  };
}
