import type { NextToken } from "unrolled/decode";

export interface MarkovModel extends NextToken {
  /** How many tokens it has been given. */
  readonly steps: () => number;
}

/**
 * A model whose distribution is written down: `probabilitiesAfter` gives the V probabilities of the next token after
 * the tokens so far. Like a network it reuses its logits, so whoever keeps them past a step reads wrong ones.
 */
export function markovModel(
  vocabularySize: number,
  probabilitiesAfter: (history: readonly number[]) => readonly number[],
): MarkovModel {
  const logits = new Float32Array(vocabularySize);
  let history: readonly number[] = [];
  let steps = 0;
  return {
    vocabularySize,
    steps: () => steps,
    reset: () => {
      history = [];
    },
    step: (tokenId) => {
      steps++;
      history = [...history, tokenId];
      for (const [v, probability] of probabilitiesAfter(history).entries()) logits[v] = Math.log(probability);
      return logits;
    },
    state: () => history,
    restore: (snapshot) => {
      history = snapshot as readonly number[];
    },
  };
}

/** A model that says the same tokens after any prompt of `promptLength` tokens, each with certainty. */
export function recitingModel(
  vocabularySize: number,
  promptLength: number,
  tokens: ArrayLike<number>,
): MarkovModel {
  return markovModel(vocabularySize, (history) => {
    const next = tokens[(history.length - promptLength) % tokens.length];
    return Array.from({ length: vocabularySize }, (_, v) => (v === next ? 1 : 0));
  });
}
