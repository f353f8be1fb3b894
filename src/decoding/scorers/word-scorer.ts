// Words of what is decoded: tokens have texts, white space parts words. A word's score comes when it is over (Graves & Jaitly 2014; Hannun
// et al. 2014): languageWeight · ln p(word | words before) + wordBonus, because a language model alone likes few words.
import { UnrolledError } from "../../errors.ts";
import type { NgramModel } from "../ngram/ngram-model.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { type SpellingNode, spellingTrie } from "./spelling-trie.ts";

/** What is known of words. */
export interface WordScorerOptions {
  /** The text of each class, [V]; that of the blank is not read. A text that is a whole word begins with a space. */
  readonly tokens: readonly string[];
  /** Probabilities of words after words. Default none. */
  readonly languageModel?: NgramModel | undefined;
  /** How much they count. Default 0.5. */
  readonly languageWeight?: number | undefined;
  /** What each word adds. Default 0. */
  readonly wordBonus?: number | undefined;
  /** The only words that there are. Default any. */
  readonly lexicon?: Iterable<string> | undefined;
  /** What a word that the language model does not know adds to its <unk>, times the weight. Default −10. */
  readonly unknownScore?: number | undefined;
}

/** A place between or within words. */
interface WordPlace {
  /** The n-gram model's state after the last whole word. */
  readonly before: number;
  /** The word so far, and where it stands among the lexicon's. */
  readonly word: string;
  readonly node: SpellingNode | undefined;
}

/**
 * A scorer of words: n-grams, a lexicon, a bonus for each word.
 *
 * @throws UnrolledError "invalid-argument" for numbers that are not finite and for a lexicon without words
 */
export function wordScorer(options: WordScorerOptions): PrefixScorer<WordPlace> {
  const { tokens, languageModel, languageWeight = 0.5, wordBonus = 0, unknownScore = -10, lexicon } = options;
  requireFinite({ languageWeight, wordBonus, unknownScore });
  const root = lexicon === undefined ? undefined : spellingTrie(lexicon);
  if (root && root.children.size === 0) {
    throw new UnrolledError("invalid-argument", {
      call: "wordScorer",
      subject: "lexicon",
      got: "empty",
      needed: "at least one word",
    });
  }
  const pieces = tokens.map((text) =>
    Array.from(text, (character) => ({ character, isSpace: /\s/.test(character) })),
  );

  const wordScore = (before: number, word: string): number => {
    if (languageModel === undefined) return wordBonus;
    const { logProbability } = languageModel.after(before, word);
    const isKnown = languageModel.has(word);
    const known = isKnown || logProbability > Number.NEGATIVE_INFINITY ? logProbability : 0;
    return languageWeight * (isKnown ? known : known + unknownScore) + wordBonus;
  };

  /** Ends the word at a place: what that adds, and the place behind it; −∞ where no word ends. */
  const ended = (place: WordPlace): { score: number; place: WordPlace } => {
    const isWord = root === undefined || place.node?.word !== undefined;
    if (!isWord) return { score: Number.NEGATIVE_INFINITY, place };
    const before = languageModel?.after(place.before, place.word).state ?? 0;
    return { score: wordScore(place.before, place.word), place: { before, word: "", node: root } };
  };

  /** Reads a token's text. */
  const read = (from: WordPlace, tokenId: number): { score: number; place: WordPlace } => {
    let [place, score] = [from, 0];
    for (const { character, isSpace } of pieces[tokenId]) {
      if (isSpace) {
        if (place.word === "") {
          // A lexicon's words are parted by one space; without one, more spaces say nothing.
          if (root !== undefined && !isOpening(from, tokenId))
            return { score: Number.NEGATIVE_INFINITY, place };
          continue;
        }
        const end = ended(place);
        score += end.score;
        place = end.place;
      } else {
        const node = place.node?.children.get(character);
        if (root !== undefined && node === undefined) return { score: Number.NEGATIVE_INFINITY, place };
        place = { before: place.before, word: place.word + character, node };
      }
    }
    return { score, place };
  };
  /** Whether a token such as " the" stands between two words, the space in front of it belonging to it. */
  const isOpening = ({ word }: WordPlace, tokenId: number) => word === "" && pieces[tokenId].length > 1;

  return {
    start: () => ({ before: languageModel?.start ?? 0, word: "", node: root }),
    score: (place, tokenId) => read(place, tokenId).score,
    next: (place, tokenId) => read(place, tokenId).place,
    end: (place) => {
      const { score, place: last } = place.word === "" ? { score: 0, place } : ended(place);
      return score + (languageModel ? languageWeight * languageModel.end(last.before) : 0);
    },
  };
}

function requireFinite(numbers: Readonly<Record<string, number>>): void {
  for (const [subject, number] of Object.entries(numbers)) {
    if (Number.isFinite(number)) continue;
    throw new UnrolledError("invalid-argument", {
      call: "wordScorer",
      subject,
      got: `${number}`,
      needed: "a finite number",
    });
  }
}
