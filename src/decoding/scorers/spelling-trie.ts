/** Words by their spelling, character by character. */
export interface SpellingNode {
  readonly children: Map<string, SpellingNode>;
  /** The word that is spelt here, if one is. */
  word: string | undefined;
  /** How many characters stand before. */
  readonly depth: number;
  /** The length of the shortest word that begins so. */
  shortest: number;
}

/** A tree of words; empty ones are left out. */
export function spellingTrie(words: Iterable<string>): SpellingNode {
  const node = (depth: number): SpellingNode => ({
    children: new Map(),
    word: undefined,
    depth,
    shortest: Number.POSITIVE_INFINITY,
  });
  const root = node(0);
  for (const word of words) {
    const characters = [...word];
    if (characters.length === 0) continue;
    let at = root;
    for (const character of characters) {
      at.shortest = Math.min(at.shortest, characters.length);
      let child = at.children.get(character);
      if (child === undefined) {
        child = node(at.depth + 1);
        at.children.set(character, child);
      }
      at = child;
    }
    at.shortest = Math.min(at.shortest, characters.length);
    at.word = word;
  }
  return root;
}
