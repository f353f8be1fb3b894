/**
 * What every decoder needs of a model: scores for the next token, one token after another.
 * One reader at a time: the state is that after the last step of any of them.
 */
export interface NextToken {
  /** V: token ids run from 0 to V − 1. */
  readonly vocabularySize: number;
  /** Goes back to the state before the first token. */
  reset(): void;
  /** Reads one token and returns the logits [V] of the token after it, valid until the next step. */
  step(tokenId: number): Float32Array;
  /** A copy of the state after the last step. Later steps leave it as it is, and it may be restored many times. */
  state(): unknown;
  /** Goes back to a state that `state` returned. */
  restore(snapshot: unknown): void;
}
