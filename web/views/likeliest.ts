import type { Reading } from "../engine/protocol.ts";

export interface Likeliest {
  readonly piece: string;
  readonly probability: number;
}

/** The likeliest next token after each step, with its softmax over the logits. */
export function likeliestOf(
  { trace: { outputs: logits, ids } }: Reading,
  tokens: readonly string[],
): Likeliest[] {
  const { length } = tokens;
  return Array.from(ids, (_, step) => {
    const row = logits.subarray(step * length, (step + 1) * length);
    let best = 0;
    for (let id = 1; id < length; id++) if (row[id] > row[best]) best = id;
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - row[best]);
    return { piece: tokens[best], probability: 1 / sum };
  });
}
