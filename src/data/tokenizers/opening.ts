import type { Tokenizer } from "./tokenizer.ts";

/** What a text begins after if nobody gave a prompt. */
export interface Opening {
  readonly ids: Int32Array;
  /** What a person is told: "a line break", or a token's text. */
  readonly name: string;
}

/** The opening that is usual, and needs no words. */
export const LINE_BREAK = "a line break";

/**
 * What a text begins after without a prompt: a line break, or where the vocabulary has none the end of a document, or else
 * `<unk>`, which is at least no text that nobody gave.
 */
export function openingOf(tokenizer: Tokenizer): Opening {
  const { endId, unknownId } = tokenizer;
  const ids = tokenizer.encode("\n");
  if (ids.length > 0 && !ids.includes(unknownId ?? -1)) return { ids, name: LINE_BREAK };
  const id = endId ?? unknownId ?? 0;
  return { ids: Int32Array.of(id), name: tokenizer.token(id) };
}
