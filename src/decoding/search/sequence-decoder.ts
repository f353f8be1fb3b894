/**
 * What a search needs of a model: N sequences, each of them read one token further in one call. A state belongs to whoever holds it
 * last: `step` and `select` may overwrite or free the one that they are given, and it is not used again.
 */
export interface SequenceDecoder<Batch, State> {
  /** V: token ids run from 0 to V − 1. */
  readonly vocabularySize: number;
  /** B sentences before their first token, one row each. */
  start(batch: Batch): DecoderStart<State>;
  /** Reads one token for each of N rows. Of each row no more than `most` tokens are asked for, the likeliest; all if it is not given. */
  step(state: State, tokens: Int32Array, most?: number): DecoderStep<State>;
  /** A state whose row i is row rows[i] of the one given. A row may be named many times, or not at all. */
  select(state: State, rows: Int32Array): State;
}

/** B sentences before their first token. */
export interface DecoderStart<State> {
  readonly state: State;
  /** What each sentence reads first [B]: a start token, or the last token of what is continued. */
  readonly tokens: ArrayLike<number>;
  /** How many of the S places that attention goes to are each sentence's own [B]; all of them if not given. */
  readonly sourceLengths?: ArrayLike<number>;
}

/** What N rows say after a step. The arrays are read before the next call and not kept. */
export interface DecoderStep<State> {
  readonly state: State;
  /** Of the token after those that were read, in nats [N·V], row by row; −∞ for what cannot be. With `tokens`, of those alone [N·M]. */
  readonly logProbabilities: Float32Array | Float64Array;
  /** Where not all were asked for: the likeliest tokens of each row [N·M], falling, of equal ones the lower id first; M is at least `most`. */
  readonly tokens?: Int32Array | undefined;
  /** Where each row looked as it said so [N·S], row by row. */
  readonly attention?: Float32Array | Float64Array | undefined;
}
