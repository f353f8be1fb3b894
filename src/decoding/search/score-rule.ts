// How finished hypotheses are compared (Wu et al., "Google's neural machine translation system", 2016, section 7):
//   score(Y) = ln P(Y) / lp(Y) + β·Σ_s ln min(Σ_u attention[u, s], 1)
//   lp(Y) = ((5 + |Y|) / 6)^α    or |Y|^α, as fairseq and Hugging Face's transformers have it
// |Y| counts all tokens, a forced prefix and the end token included.
import { exp } from "../../random/exp.ts";
import { log } from "../../random/log.ts";
import type { PathNode } from "./hypothesis.ts";

/** Attention below this counts as this much, so that a place nobody looked at costs 87 nats instead of all. */
const LEAST_COVERAGE = 2 ** -126;

/** Of what length normalisation is a power. */
export type LengthForm = "wu" | "length";

/** How finished hypotheses are scored. */
export interface ScoreOptions {
  /** α: 0 compares ln P, which favours short targets; more favours longer ones. Default 0. */
  readonly lengthPenalty?: number | undefined;
  /** "wu" (the default): ((5 + |Y|) / 6)^α. "length": |Y|^α, with which α = 1 is the mean over tokens. */
  readonly lengthForm?: LengthForm | undefined;
  /** β: what is lost where the attention of all tokens together leaves out places of the source. Default 0. */
  readonly coveragePenalty?: number | undefined;
}

/** Scores for given α and β. */
export class ScoreRule {
  readonly keepsCoverage: boolean;
  readonly #alpha: number;
  readonly #beta: number;
  readonly #form: LengthForm;

  constructor({ lengthPenalty = 0, lengthForm = "wu", coveragePenalty = 0 }: ScoreOptions) {
    this.#alpha = lengthPenalty;
    this.#beta = coveragePenalty;
    this.#form = lengthForm;
    this.keepsCoverage = coveragePenalty > 0;
  }

  scoreOf({ logProbability, length, coverage }: PathNode): number {
    const normalised = this.normalised(logProbability, length);
    return coverage ? normalised + this.#beta * coverageOf(coverage) : normalised;
  }

  /** ln P / lp for a length: no hypothesis of this ln P and length scores more. */
  normalised(logProbability: number, length: number): number {
    if (this.#alpha === 0) return logProbability;
    return logProbability / exp(this.#alpha * log(this.#form === "wu" ? (5 + length) / 6 : length));
  }
}

function coverageOf(coverage: Float64Array): number {
  let sum = 0;
  for (const weight of coverage) sum += log(Math.min(Math.max(weight, LEAST_COVERAGE), 1));
  return sum;
}
