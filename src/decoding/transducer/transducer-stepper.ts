/**
 * What a beam search needs of a transducer (Graves 2012; Graves, Mohamed & Hinton 2013): the prediction network, token by token, and the
 * joint network. Its encoder has run already.
 */
export interface TransducerStepper<State = unknown> {
  /** V: classes of the logits, the blank among them. */
  readonly vocabularySize: number;
  /** The class that goes on to the next step without a token. */
  readonly blank: number;
  /** The width of what the encoder says of a step. */
  readonly encodedSize: number;
  /** What the prediction network says before the first token. */
  start(): State;
  /** What it says after one more token. It leaves `state` as it is. */
  next(state: State, tokenId: number): State;
  /** Logits [V] of an encoder's output [encodedSize] and a prediction, valid until the next call. */
  join(encoded: Float32Array, state: State): Float32Array;
}
