import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { tokensOf } from "../../../data/tokens.ts";
import type { Evaluation } from "./evaluation.ts";
import type { ScoredText } from "./scored-text.ts";

const BLOCKS = 100;
const CHUNK = 4096;

/**
 * Mean of N losses and its standard error, added up as they come, so that none are kept. The error is that of the means of 100
 * consecutive blocks, because neighbouring losses are not independent: block k has the losses from ⌊kN/100⌋ to ⌊(k+1)N/100⌋ − 1.
 */
export class LossSummary {
  /** N: how many losses there will be. */
  readonly predictions: number;
  readonly #blockSums: Float64Array;
  #total = 0;
  #seen = 0;
  #block = 0;
  #blockEnd = 0;

  constructor(predictions: number) {
    this.predictions = predictions;
    this.#blockSums = new Float64Array(Math.min(BLOCKS, predictions));
    this.#blockEnd = this.#startOf(1);
  }

  /** The next losses in order. */
  add(losses: Float32Array): void {
    for (const loss of losses) {
      if (this.#seen === this.#blockEnd) {
        this.#block += 1;
        this.#blockEnd = this.#startOf(this.#block + 1);
      }
      this.#blockSums[this.#block] += loss;
      this.#total += loss;
      this.#seen += 1;
    }
  }

  /** Sum of the losses so far. */
  get total(): number {
    return this.#total;
  }

  /** Once all losses are there; 0 for a single one. */
  get standardErrorNats(): number {
    const blocks = this.#blockSums.length;
    if (blocks < 2) return 0;
    const means = this.#blockSums.map(
      (sum, block) => sum / (this.#startOf(block + 1) - this.#startOf(block)),
    );
    const mean = means.reduce((sum, value) => sum + value, 0) / blocks;
    const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1);
    return Math.sqrt(variance / blocks);
  }

  #startOf(block: number): number {
    return Math.floor((block * this.predictions) / this.#blockSums.length);
  }
}

/** The figures of the losses, in nats, of predictions in texts that stand for so many characters. */
export function evaluationOf(
  { total, predictions, standardErrorNats }: LossSummary,
  characters: number,
  { lossless, unknownId }: Tokenizer,
  texts: readonly ScoredText[],
): Evaluation {
  const lossNats = total / predictions;
  return {
    tokens: predictions,
    characters,
    lossNats,
    perplexity: Math.exp(lossNats),
    bitsPerCharacter: lossless && characters > 0 ? total / (Math.LN2 * characters) : null,
    standardErrorNats,
    unknownTokens: texts.reduce((sum, text) => sum + countUnknown(text, unknownId), 0),
  };
}

function countUnknown({ ids, unknownTokens }: ScoredText, unknownId: number | null): number {
  if (unknownTokens !== undefined) return unknownTokens;
  if (unknownId === null) return 0;
  const source = tokensOf(ids);
  let count = 0;
  for (let start = 1; start < source.length; start += CHUNK) {
    const chunk = new Int32Array(Math.min(CHUNK, source.length - start));
    source.read(start, chunk);
    for (const id of chunk) if (id === unknownId) count += 1;
  }
  return count;
}
