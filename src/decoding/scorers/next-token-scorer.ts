import { log } from "../../random/log.ts";
import type { NextToken } from "../next-token.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { nextTokenWeights } from "../softmax.ts";

/** How a model of tokens reads those of a search. */
export interface NextTokenScorerOptions {
  /** The model's ids for each class of the search, [V]: one each where both have the same tokens, or several. */
  readonly ids: readonly (readonly number[])[];
  /** What the model reads first, at least one id, such as the end of the line before. */
  readonly promptIds: readonly number[];
  /** The model's id of what ends a text. Default none: ends add nothing. */
  readonly endId?: number | undefined;
  /** How much its logarithms of probabilities count. */
  readonly weight: number;
}

interface Read {
  /** The model's state. */
  readonly state: unknown;
  /** ln p of what comes next, one for each of its tokens. */
  readonly logProbabilities: Float64Array;
}

/** A scorer of what a model expects: `weight` · ln p of each token after those before it. The model is its own from now on. */
export function nextTokenScorer(model: NextToken, options: NextTokenScorerOptions): PrefixScorer<Read> {
  const { ids, promptIds, endId, weight } = options;
  const reading = (logits: Float32Array): Read => {
    const logProbabilities = new Float64Array(model.vocabularySize);
    const sum = nextTokenWeights("nextTokenScorer", logits, [], logProbabilities);
    for (let v = 0; v < logProbabilities.length; v++) logProbabilities[v] = log(logProbabilities[v] / sum);
    return { state: model.state(), logProbabilities };
  };
  const step = ({ state }: Read, id: number): Read => {
    model.restore(state);
    return reading(model.step(id));
  };
  return {
    start() {
      model.reset();
      for (const id of promptIds.slice(0, -1)) model.step(id);
      return reading(model.step(promptIds[promptIds.length - 1]));
    },
    score(from, tokenId) {
      let [read, score] = [from, 0];
      for (const [place, id] of ids[tokenId].entries()) {
        if (place > 0) read = step(read, ids[tokenId][place - 1]);
        score += read.logProbabilities[id];
      }
      return weight * score;
    },
    next: (from, tokenId) => ids[tokenId].reduce(step, from),
    end: ({ logProbabilities }) => (endId === undefined ? 0 : weight * logProbabilities[endId]),
  };
}
