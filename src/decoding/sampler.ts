// Choosing the next token from logits. The filters come in Hugging Face's order:
//   repetition penalty θ   a token that has occurred: logit / θ where positive, logit · θ where not
//                          (Keskar et al., "CTRL", 2019)
//   temperature τ          p = softmax(logits / τ); τ = 0 takes the likeliest token
//   top-k                  the k likeliest tokens (Fan, Lewis and Dauphin, "Hierarchical neural story generation", 2018)
//   top-p                  the fewest likeliest tokens that hold at least the share p of what top-k left
//                          (Holtzman et al., "The curious case of neural text degeneration", 2020)
//   min-p                  tokens at least min-p times as likely as the likeliest (Nguyen et al., "Min-p sampling", 2024)
// Equally likely tokens are taken by rising id, so that top-k keeps exactly k.
import { UnrolledError } from "../errors.ts";
import { exp } from "../random/exp.ts";
import type { Generator } from "../random/philox.ts";
import { requireInteger, requireTokenId } from "./arguments.ts";
import { drawn } from "./drawn.ts";
import { Ranking } from "./ranking.ts";
import { copyScores, noTokenLeft, softmaxWeights } from "./softmax.ts";

/** How the next token is drawn from the logits; every step is off by default but the temperature. */
export interface SamplingOptions {
  /** Divides the logits: below 1 surer, above 1 more varied; 0 is greedy. Default 0.8. */
  readonly temperature?: number | undefined;
  /** How many of the likeliest tokens to keep; 0 (the default) keeps all. */
  readonly topK?: number | undefined;
  /** The share of probability to keep, in (0, 1]; 1 (the default) keeps all. */
  readonly topP?: number | undefined;
  /** The least probability kept, relative to the likeliest token's, in [0, 1]; 0 (the default) keeps all. */
  readonly minP?: number | undefined;
  /** Above 1 makes tokens that have occurred less likely; 1 (the default) does nothing. */
  readonly repetitionPenalty?: number | undefined;
  /** Tokens that are never chosen, such as the unknown token. Default none. */
  readonly forbiddenIds?: readonly number[] | undefined;
}

/** The options of `SamplingOptions` where none are given. */
export const DEFAULT_SAMPLING = {
  temperature: 0.8,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
} as const;

function requireSampling(call: string, name: string, value: number, allowed: boolean, needed: string): void {
  if (!allowed || !Number.isFinite(value)) {
    throw new UnrolledError("invalid-argument", { call, subject: name, got: `${value}`, needed: needed });
  }
}

/** Chooses tokens under fixed options. It owns its working memory, so a step allocates nothing. */
export class Sampler {
  readonly #temperature: number;
  readonly #topK: number;
  readonly #topP: number;
  readonly #minP: number;
  readonly #repetitionPenalty: number;
  readonly #forbiddenIds: readonly number[];
  readonly #call: string;
  readonly #scores: Float64Array;
  readonly #weights: Float64Array;
  readonly #kept: Int32Array;
  readonly #ranking: Ranking;

  /** For vocabularies of V tokens; `call` is the name that errors begin with. Throws `invalid-argument`. */
  constructor(vocabularySize: number, options: SamplingOptions, call = "Sampler") {
    requireInteger(call, "vocabularySize", vocabularySize, 1);
    const temperature = options.temperature ?? DEFAULT_SAMPLING.temperature;
    const topK = options.topK ?? DEFAULT_SAMPLING.topK;
    const topP = options.topP ?? DEFAULT_SAMPLING.topP;
    const minP = options.minP ?? DEFAULT_SAMPLING.minP;
    const penalty = options.repetitionPenalty ?? DEFAULT_SAMPLING.repetitionPenalty;
    requireSampling(call, "temperature", temperature, temperature >= 0, "a number of at least 0");
    requireInteger(call, "topK", topK, 0);
    requireSampling(call, "topP", topP, topP > 0 && topP <= 1, "a number above 0 and at most 1");
    requireSampling(call, "minP", minP, minP >= 0 && minP <= 1, "a number from 0 to 1");
    requireSampling(call, "repetitionPenalty", penalty, penalty > 0, "a number above 0");
    this.#forbiddenIds = options.forbiddenIds ?? [];
    for (const id of this.#forbiddenIds) requireTokenId(call, "forbiddenIds", id, vocabularySize);
    this.#temperature = temperature;
    this.#topK = topK;
    this.#topP = topP;
    this.#minP = minP;
    this.#repetitionPenalty = penalty;
    this.#call = call;
    this.#scores = new Float64Array(vocabularySize);
    this.#weights = new Float64Array(vocabularySize);
    this.#kept = new Int32Array(vocabularySize);
    this.#ranking = new Ranking(vocabularySize);
  }

  /**
   * Chooses a token from logits [V]. `history` holds the tokens so far, for the repetition penalty; how often a
   * token occurred does not matter. Throws `not-finite` for logits that are NaN or +∞.
   */
  sample(logits: Float32Array, generator: Generator, history: Iterable<number> = []): number {
    this.#score(logits, history);
    if (this.#temperature === 0) return this.#likeliest();
    const { length } = this.#scores;
    const count = this.#topK > 0 && this.#topK < length ? this.#keepTopK() : this.#keepFromAll();
    return this.#kept[drawn(this.#weights, count, generator)];
  }

  /** The tokens that `sample` may choose, and with what probability each, likeliest first; the same arguments and errors. */
  shares(
    logits: Float32Array,
    history: Iterable<number> = [],
  ): { readonly ids: Int32Array; readonly probabilities: Float64Array } {
    this.#score(logits, history);
    if (this.#temperature === 0)
      return { ids: Int32Array.of(this.#likeliest()), probabilities: Float64Array.of(1) };
    const { length } = this.#scores;
    const count = this.#topK > 0 && this.#topK < length ? this.#keepTopK() : this.#keepFromAll();
    const weights = this.#weights.slice(0, count);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const kept = this.#kept.slice(0, count);
    const order = Array.from(kept.keys()).sort((a, b) => weights[b] - weights[a] || kept[a] - kept[b]);
    return {
      ids: Int32Array.from(order, (place) => kept[place]),
      probabilities: Float64Array.from(order, (place) => weights[place] / sum),
    };
  }

  #score(logits: Float32Array, history: Iterable<number>): void {
    const scores = this.#scores;
    if (logits.length !== scores.length) {
      const problem = `${logits.length} logits came, needed ${scores.length}`;
      throw new UnrolledError("shape-mismatch", { call: this.#call, problem });
    }
    copyScores(this.#call, logits, scores);
    const penalty = this.#repetitionPenalty;
    if (penalty !== 1) {
      for (const id of history) {
        requireTokenId(this.#call, "history", id, scores.length);
        scores[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
      }
    }
    for (const id of this.#forbiddenIds) scores[id] = Number.NEGATIVE_INFINITY;
  }

  #likeliest(): number {
    const scores = this.#scores;
    let best = 0;
    for (let id = 1; id < scores.length; id++) if (scores[id] > scores[best]) best = id;
    if (scores[best] === Number.NEGATIVE_INFINITY) throw noTokenLeft(this.#call);
    return best;
  }

  /** Writes the tokens that may be drawn to `#kept`, their weights beside them, and returns how many they are. */
  #keepTopK(): number {
    const kept = this.#kept;
    const weights = this.#weights;
    this.#ranking.fill(this.#scores, this.#scores.length, Number.NEGATIVE_INFINITY);
    let count = 0;
    let sum = 0;
    for (let id = this.#ranking.next(); id >= 0 && count < this.#topK; id = this.#ranking.next()) {
      kept[count] = id;
      weights[count] = exp((this.#scores[id] - this.#scores[kept[0]]) / this.#temperature);
      sum += weights[count++];
    }
    if (count === 0) throw noTokenLeft(this.#call);
    if (this.#topP === 1) return this.#dropUnlikely(count);
    let mass = 0;
    let nucleus = 0;
    while (nucleus < count && mass < this.#topP * sum) mass += weights[nucleus++];
    return this.#dropUnlikely(nucleus);
  }

  /** The same where top-k keeps all. */
  #keepFromAll(): number {
    const kept = this.#kept;
    const weights = this.#weights;
    const all = this.#scores;
    const sum = softmaxWeights(this.#call, all, this.#temperature);
    let count = 0;
    if (this.#topP === 1) {
      for (let id = 0; id < all.length; id++) {
        if (all[id] < this.#minP) continue;
        kept[count] = id;
        weights[count++] = all[id];
      }
      return count;
    }
    // All tokens up to (1 − p) / V together hold at most 1 − p, so the nucleus lies above; half of it is safely so.
    this.#ranking.fill(all, all.length, (sum * (1 - this.#topP)) / (2 * all.length));
    let mass = 0;
    for (let id = this.#ranking.next(); id >= 0 && mass < this.#topP * sum; id = this.#ranking.next()) {
      kept[count] = id;
      weights[count++] = all[id];
      mass += all[id];
    }
    return this.#dropUnlikely(count);
  }

  /** Min-p for weights in falling order, of which the first is 1. */
  #dropUnlikely(count: number): number {
    let left = count;
    while (this.#weights[left - 1] < this.#minP) left--;
    return left;
  }
}

/**
 * Chooses one token from logits [V]: a `Sampler` for a single use, with the same options and errors.
 * To draw many tokens, keep a `Sampler`.
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  generator: Generator,
  history: Iterable<number> = [],
): number {
  return new Sampler(logits.length, options, "sampleToken").sample(logits, generator, history);
}
