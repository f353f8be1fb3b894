import type { RunState } from "./run-state.ts";

/** The format of checkpoints from when every task was a language model's. */
export const FORMER_FORMAT = "unrolled-checkpoint-1";

/** What such a checkpoint says in other words. */
interface FormerState extends Omit<RunState, "task" | "place" | "units" | "best" | "sizes" | "digest"> {
  readonly tokens: number;
  readonly best: { readonly step: number; readonly lossNats: number } | null;
  readonly textLength: number;
  readonly vocabularySize: number;
}

/** The state of such a checkpoint in today's words. */
export function stateOfFormer({ tokens, best, textLength, vocabularySize, ...rest }: FormerState): RunState {
  return {
    ...rest,
    task: "language",
    place: null,
    units: tokens,
    best: best && { step: best.step, value: best.lossNats },
    sizes: { "tokens to learn from": textLength, "tokens in the vocabulary": vocabularySize },
    digest: null,
  };
}
