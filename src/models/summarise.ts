import type { Tokenizer } from "../data/tokenizer.ts";
import type { Evaluation } from "./evaluation.ts";
import type { ScoredText } from "./scored-text.ts";

const BLOCKS = 100;

/** The figures of the losses, in nats, of each prediction in texts; `characters` where the losses are of a part of them alone. */
export function summarise(
  losses: Float32Array,
  { lossless, unknownId }: Tokenizer,
  texts: readonly ScoredText[],
  characters = texts.reduce((sum, text) => sum + text.characters, 0),
): Evaluation {
  let total = 0;
  for (const loss of losses) total += loss;
  const lossNats = total / losses.length;
  return {
    tokens: losses.length,
    characters,
    lossNats,
    perplexity: Math.exp(lossNats),
    bitsPerCharacter: lossless && characters > 0 ? total / (Math.LN2 * characters) : null,
    standardErrorNats: standardError(losses),
    unknownTokens: countUnknown(texts, unknownId),
  };
}

function countUnknown(texts: readonly ScoredText[], unknownId: number | null): number {
  if (unknownId === null) return 0;
  let count = 0;
  for (const { ids } of texts)
    for (let index = 1; index < ids.length; index++) if (ids[index] === unknownId) count += 1;
  return count;
}

/** Standard error of the mean from the means of 100 consecutive blocks: neighbouring losses are not independent. */
function standardError(losses: Float32Array): number {
  const blocks = Math.min(BLOCKS, losses.length);
  const means = Array.from({ length: blocks }, (_, block) => {
    const from = Math.floor((block * losses.length) / blocks);
    const to = Math.floor(((block + 1) * losses.length) / blocks);
    let sum = 0;
    for (let index = from; index < to; index++) sum += losses[index];
    return sum / (to - from);
  });
  if (blocks < 2) return 0;
  const mean = means.reduce((sum, value) => sum + value, 0) / blocks;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1);
  return Math.sqrt(variance / blocks);
}
