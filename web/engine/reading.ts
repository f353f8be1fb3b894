// Answers about a text: what a model computes while it reads it.
import { LanguageModel, type Tokenizer, UnrolledError } from "unrolled";
import { type Trace, trace } from "unrolled/inspect";
import type { Answers } from "./answers.ts";
import { anyModelIn } from "./models.ts";
import type { Slot } from "./protocol.ts";

/** A trace longer than this is no picture any more. */
const MOST_STEPS = 2000;
/** Numbers of a trace, 160 MB. */
const MOST_NUMBERS = 40_000_000;

/** What was read last, to be asked about: the page is given a copy. */
const newest = new Map<Slot, Trace>();

export const readingAnswers: Answers<"read"> = {
  async read({ slot, text }) {
    const model = anyModelIn(slot);
    if (!(model instanceof LanguageModel))
      return (await import("./task-models.ts")).readInSlot(slot, model, text);
    const { network, config, tokenizer } = model;
    const { hiddenSize, numLayers, vocabularySize, embeddingSize } = config;
    const perStep = embeddingSize + vocabularySize + 6 * hiddenSize * numLayers;
    const most = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_NUMBERS / perStep)));
    const ids = tokenizer.encode(text).subarray(0, most);
    if (ids.length === 0)
      throw new UnrolledError("invalid-argument", { call: "explorer", problem: "the text is empty" });
    const pieces = piecesOf(tokenizer, text, ids);
    const unknownSteps: number[] = [];
    ids.forEach((id, step) => {
      if (id === tokenizer.unknownId) unknownSteps.push(step);
    });
    const read = ids.length < most ? text.length : pieces.reduce((sum, piece) => sum + piece.length, 0);
    const found = trace(network, ids);
    newest.set(slot, found);
    return {
      text,
      pieces,
      unknownSteps,
      charactersLeft: Math.max(0, text.length - read),
      trace: structuredClone(found),
    };
  },
};

/** The piece of the text that each token is, joined as much of the text as was read. */
function piecesOf(tokenizer: Tokenizer, text: string, ids: Int32Array): string[] {
  // One that the vocabulary lacks is decoded as <unk>, but the text has it.
  if (tokenizer.kind === "char") return Array.from(text).slice(0, ids.length);
  const stream = tokenizer.stream();
  const pieces = Array.from(ids, (id) => stream.push(id));
  pieces[pieces.length - 1] += stream.end();
  return pieces;
}

/** What a slot's model has read last. */
export function newestOf(slot: Slot): Trace {
  const found = newest.get(slot);
  if (!found)
    throw new UnrolledError("invalid-argument", { call: "explorer", problem: "nothing has been read yet" });
  return found;
}
