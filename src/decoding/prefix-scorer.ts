/**
 * What is known of texts beside what is heard or seen: a language model, a lexicon, words that are likely. It gives a sequence of tokens
 * a score, the sum of what each token adds, and works on states that it never changes, one for each prefix of a search.
 */
export interface PrefixScorer<State = unknown> {
  /** The state before the first token. */
  start(): State;
  /** ln of what a token adds after this state; −∞ forbids it. */
  score(state: State, tokenId: number): number;
  /** The state after a token. */
  next(state: State, tokenId: number): State;
  /** ln of what it adds that the sequence ends here. */
  end(state: State): number;
}

/** Several scorers as one: their scores are added. */
export function joinedScorers(scorers: readonly PrefixScorer[]): PrefixScorer<readonly unknown[]> {
  const sum = (of: (scorer: PrefixScorer, index: number) => number) => {
    let total = 0;
    for (let i = 0; i < scorers.length && total > Number.NEGATIVE_INFINITY; i++) total += of(scorers[i], i);
    return total;
  };
  return {
    start: () => scorers.map((scorer) => scorer.start()),
    score: (states, tokenId) => sum((scorer, i) => scorer.score(states[i], tokenId)),
    next: (states, tokenId) => scorers.map((scorer, i) => scorer.next(states[i], tokenId)),
    end: (states) => sum((scorer, i) => scorer.end(states[i])),
  };
}
