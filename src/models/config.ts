import type { TokenizerKind } from "../data/tokenizer.ts";
import { UnrolledError } from "../errors.ts";
import type { Nonlinearity } from "../layers/elman-cell.ts";

/** A language model as plain data: what config.json holds, in camelCase. */
export interface LanguageModelConfig {
  readonly cell: "elman" | "lstm" | "gru";
  /** Of an Elman cell. */
  readonly nonlinearity: Nonlinearity;
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  /** Probability of dropping entries of the embedding, between layers and before the decoder (Zaremba et al. 2014). */
  readonly dropout: number;
  /** The decoder's weight is the encoder's (Press & Wolf 2017); needs embeddingSize = hiddenSize. */
  readonly tieWeights: boolean;
  readonly tokenizer: TokenizerKind;
}

/** Throws an error that names the first impossible value. */
export function checkConfig(config: LanguageModelConfig): void {
  for (const name of ["vocabularySize", "embeddingSize", "hiddenSize", "numLayers"] as const) {
    const value = config[name];
    if (!Number.isInteger(value) || value < 1) {
      throw new UnrolledError(
        "invalid-argument",
        `language model: ${name} is ${value}, needed a whole number of at least 1`,
      );
    }
  }
  if (!["elman", "lstm", "gru"].includes(config.cell)) {
    throw new UnrolledError(
      "invalid-argument",
      `language model: cell is "${config.cell}", needed elman, lstm or gru`,
    );
  }
  if (!["tanh", "relu"].includes(config.nonlinearity)) {
    throw new UnrolledError(
      "invalid-argument",
      `language model: nonlinearity is "${config.nonlinearity}", needed tanh or relu`,
    );
  }
  if (!(config.dropout >= 0 && config.dropout < 1)) {
    throw new UnrolledError(
      "invalid-argument",
      `language model: dropout is ${config.dropout}, needed 0 to below 1`,
    );
  }
  if (config.tieWeights && config.embeddingSize !== config.hiddenSize) {
    throw new UnrolledError(
      "invalid-argument",
      `language model: tieWeights needs embeddingSize = hiddenSize, got ${config.embeddingSize} and ${config.hiddenSize}`,
    );
  }
}
