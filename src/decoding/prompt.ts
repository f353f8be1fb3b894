import { UnrolledError } from "../errors.ts";
import type { Pacer } from "../parallel/pacer.ts";
import { requireTokenId } from "./arguments.ts";
import type { NextToken } from "./next-token.ts";

/** Reads a prompt from the state before the first token; returns the logits [V] after it, valid until the next step. */
export async function readPrompt(
  call: string,
  model: NextToken,
  promptIds: ArrayLike<number>,
  pacer: Pacer,
): Promise<Float32Array> {
  if (promptIds.length === 0) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: "the prompt is empty, needed at least one token",
    });
  }
  for (let i = 0; i < promptIds.length; i++)
    requireTokenId(call, "promptIds", promptIds[i], model.vocabularySize);
  model.reset();
  for (let i = 0; i < promptIds.length - 1; i++) {
    if (pacer.isDue()) await pacer.pause();
    model.step(promptIds[i]);
  }
  if (pacer.isDue()) await pacer.pause();
  return model.step(promptIds[promptIds.length - 1]);
}
