import { Ranking } from "../../decoding/ranking.ts";
import type { TokenLogprobs } from "./protocol.ts";

/** Natural logarithms of what a model's logits give its tokens, at temperature 1 and before anything is left out. */
export class LogProbabilities {
  readonly #scores: Float64Array;
  readonly #ranking: Ranking;
  readonly #token: (id: number) => string;

  constructor(vocabularySize: number, token: (id: number) => string) {
    this.#scores = new Float64Array(vocabularySize);
    this.#ranking = new Ranking(vocabularySize);
    this.#token = token;
  }

  /** Adds a token that was chosen after these logits, with the `top` likeliest beside it. */
  add(to: TokenLogprobs, logits: Float32Array, id: number, top: number, textOffset: number): void {
    const scores = this.#scores;
    let most = Number.NEGATIVE_INFINITY;
    for (let v = 0; v < scores.length; v++) most = Math.max(most, logits[v]);
    let sum = 0;
    for (let v = 0; v < scores.length; v++) sum += Math.exp(logits[v] - most);
    const logSum = most + Math.log(sum);
    for (let v = 0; v < scores.length; v++) scores[v] = logits[v] - logSum;
    to.tokens.push(this.#token(id));
    to.tokenLogprobs.push(finite(scores[id]));
    to.textOffset.push(textOffset);
    const likeliest: Record<string, number> = {};
    this.#ranking.fill(scores, scores.length, Number.NEGATIVE_INFINITY);
    for (let left = top, next = this.#ranking.next(); left > 0 && next >= 0; left--) {
      likeliest[this.#token(next)] ??= scores[next];
      next = this.#ranking.next();
    }
    to.topLogprobs.push(top > 0 ? likeliest : null);
  }

  /** Adds a token that stands after nothing. */
  addFirst(to: TokenLogprobs, id: number, textOffset: number): void {
    to.tokens.push(this.#token(id));
    to.tokenLogprobs.push(null);
    to.topLogprobs.push(null);
    to.textOffset.push(textOffset);
  }
}

/** JSON has no infinity. */
function finite(value: number): number {
  return Math.max(value, -9999);
}

export function noLogprobs(): TokenLogprobs {
  return { tokens: [], tokenLogprobs: [], topLogprobs: [], textOffset: [] };
}

/** Those of a piece, behind those there are. */
export function appendLogprobs(to: TokenLogprobs, piece: TokenLogprobs): void {
  to.tokens.push(...piece.tokens);
  to.tokenLogprobs.push(...piece.tokenLogprobs);
  to.topLogprobs.push(...piece.topLogprobs);
  to.textOffset.push(...piece.textOffset);
}
