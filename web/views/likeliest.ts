import type { Reading } from "../engine/protocol.ts";

export interface Likeliest {
  readonly piece: string;
  readonly probability: number;
}

/** The likeliest next token after each step, with its softmax over the logits; of a task, what it says there. */
export function likeliestOf(
  { trace: { outputs: logits, ids }, task }: Reading,
  tokens: readonly string[],
): Likeliest[] {
  const { length } = tokens;
  if (task)
    // Its words, and how likely they are where it says so; numbers of a forecast are no shares.
    return task.words.map((piece, step) => {
      const at = task.names.indexOf(piece);
      return { piece, probability: at < 0 ? Number.NaN : logits[step * task.names.length + at] };
    });
  return Array.from(ids, (_, step) => {
    const row = logits.subarray(step * length, (step + 1) * length);
    let best = 0;
    for (let id = 1; id < length; id++) if (row[id] > row[best]) best = id;
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - row[best]);
    return { piece: tokens[best], probability: 1 / sum };
  });
}
