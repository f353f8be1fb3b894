import type { TrainingEvent } from "../training/events.ts";

type Told = Exclude<TrainingEvent, { type: "model" | "checkpoint" }>;
/** What is told of the model that is kept. */
export type Measured = { readonly lossNats: number; readonly bitsPerCharacter: number | null };

/**
 * An event of training as a line of JSON. The keys are a contract. `heldOut` is the best measurement so far, which stands in
 * for the last one where a run was interrupted before it.
 */
export function trainingJson(event: Told, heldOut: Measured | null, path: string | null): object {
  switch (event.type) {
    case "start": {
      const { type, settings, vocabularySize, backend, ...rest } = event;
      const { budget, ...plain } = settings;
      return { type, ...plain, ...budget, vocabSize: vocabularySize, backend, ...rest };
    }
    case "step": {
      const { type, step, epoch, lossNats, gradientNorm, learningRate, tokensPerSecond } = event;
      return { type, step, epoch, lossNats, gradientNorm, learningRate, tokensPerSecond };
    }
    case "eval": {
      const { type, step, lossNats, perplexity, bitsPerCharacter } = event;
      return { type, step, lossNats, perplexity, bitsPerCharacter };
    }
    case "sample":
    case "note":
      return event;
    case "end": {
      const { type, reason, steps, seconds, tokensPerSecond } = event;
      const measured = event.evaluation ?? heldOut;
      return {
        type,
        reason,
        steps,
        seconds,
        tokensPerSecond,
        lossNats: measured?.lossNats ?? null,
        bitsPerCharacter: measured?.bitsPerCharacter ?? null,
        path,
      };
    }
  }
}
