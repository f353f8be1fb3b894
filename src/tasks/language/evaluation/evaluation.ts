/** Quality of a model on a text, by the definition every figure of the project uses. */
export interface Evaluation {
  /** Predictions: tokens of all files less one each. */
  readonly tokens: number;
  /** Code points, without those of each file's first token. */
  readonly characters: number;
  /** Mean natural logarithm per prediction. */
  readonly lossNats: number;
  readonly perplexity: number;
  /** Σ nats / (ln 2 · characters); null for a tokenizer that loses text. */
  readonly bitsPerCharacter: number | null;
  /** Of the mean, from the means of 100 consecutive blocks. */
  readonly standardErrorNats: number;
  readonly unknownTokens: number;
  /** Of a model with a condition, where every category is hidden from it: what the condition is worth is the difference. */
  readonly lossNatsWithoutCondition?: number;
}
