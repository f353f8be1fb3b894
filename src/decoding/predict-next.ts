import { Pacer } from "../parallel/pacer.ts";
import { requireInteger, requireTokenId } from "./arguments.ts";
import type { NextToken } from "./next-token.ts";
import { readPrompt } from "./prompt.ts";
import { Ranking } from "./ranking.ts";
import { nextTokenWeights } from "./softmax.ts";

const CALL = "predictNext";

export interface PredictNextOptions {
  /** How many tokens to return. Default 10. */
  readonly top?: number | undefined;
  /** Tokens that are left out, such as the unknown token. Default none. */
  readonly forbiddenIds?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TokenPrediction {
  readonly tokenId: number;
  /** In [0, 1], given that the token is none of those forbidden. */
  readonly probability: number;
}

/**
 * The likeliest tokens after a prompt (at least one token id), likeliest first. They are the probabilities
 * that sampling at temperature 1 without filters has. Throws `invalid-argument`, `not-finite`, `aborted`.
 */
export async function predictNext(
  model: NextToken,
  promptIds: ArrayLike<number>,
  options: PredictNextOptions = {},
): Promise<TokenPrediction[]> {
  const { top = 10, forbiddenIds = [] } = options;
  const size = model.vocabularySize;
  requireInteger(CALL, "top", top, 1);
  for (const id of forbiddenIds) requireTokenId(CALL, "forbiddenIds", id, size);
  const logits = await readPrompt(CALL, model, promptIds, new Pacer(CALL, options.signal));
  const weights = new Float64Array(size);
  const sum = nextTokenWeights(CALL, logits, forbiddenIds, weights);
  const ranking = new Ranking(size);
  ranking.fill(weights, size, 0);
  const predictions: TokenPrediction[] = [];
  for (let id = ranking.next(); id >= 0 && predictions.length < top; id = ranking.next()) {
    predictions.push({ tokenId: id, probability: weights[id] / sum });
  }
  return predictions;
}
