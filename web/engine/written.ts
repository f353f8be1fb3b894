// What a decoder has written, step by step, as the page draws it.
import type { EncoderDecoderTrace } from "unrolled/inspect";
import type { LookedModel } from "./task-models.ts";
import type { WrittenReading } from "./writer-protocol.ts";

/** As people read the end of a sequence. */
export const END = "(end)";

/** The likeliest tokens that are told at a step. */
const LIKELIEST = 5;

/** What stands on both sides, and what is said of the whole. */
type Sides = Pick<
  WrittenReading,
  "source" | "encoder" | "decoder" | "text" | "logProbability" | "alternatives"
>;

/** What the task says of each step. */
type Look = Awaited<ReturnType<LookedModel["look"]>>;

/** @param visible a token as people read it */
export function writtenReading(
  { pieces: [end], names, said, words }: Look,
  { attention }: EncoderDecoderTrace,
  sides: Sides,
  visible: (token: string) => string,
): WrittenReading {
  const V = names.length;
  const named = (token: string) => (token === end ? END : visible(token));
  const rows = words.map((_, step) => said.subarray(step * V, (step + 1) * V));
  return {
    ...sides,
    target: words.map(named),
    heads: attention.flatMap(({ heads }) => heads),
    likeliest: rows.map((row) => {
      const ids = Array.from(row, (_, id) => id);
      ids.sort((left, right) => row[right] - row[left] || left - right);
      return ids.slice(0, LIKELIEST).map((id) => ({ token: named(names[id]), probability: row[id] }));
    }),
    probabilities: rows.map((row, step) => row[names.indexOf(words[step])]),
  };
}
