// Answers about a text: what a model computes while it reads it.
import { type Tokenizer, UnrolledError } from "unrolled";
import { continuation, explainStep, nextTokens, orderUnits, type Trace, trace } from "unrolled/inspect";
import { type Answers, breathe } from "./answers.ts";
import { modelIn } from "./models.ts";
import type { Slot } from "./protocol.ts";

/** A trace longer than this is no picture any more. */
const MOST_STEPS = 2000;
/** Numbers of a trace, 160 MB. */
const MOST_NUMBERS = 40_000_000;

/** What was read last, to be asked about: the page is given a copy. */
const newest = new Map<Slot, Trace>();

export const readingAnswers: Answers<"read" | "step" | "branch" | "order"> = {
  read({ slot, text }) {
    const { network, config, tokenizer } = modelIn(slot);
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

  step({ slot, place }) {
    return explainStep(modelIn(slot).network, newestOf(slot), place);
  },

  async branch({ slot, at, id, count, sampling, seed }, { signal }) {
    const { network, config, tokenizer } = modelIn(slot);
    const { ids: read, outputs: logits } = newestOf(slot);
    const before = [...read.subarray(0, at + 1), id];
    const { vocabularySize } = config;
    const ids = [id];
    const bits = [bitsOf(id, logits.subarray(at * vocabularySize, (at + 1) * vocabularySize))];
    const forbiddenIds = tokenizer.unknownId === null ? [] : [tokenizer.unknownId];
    for (const next of continuation(network, before, {
      sampling: { ...sampling, forbiddenIds },
      seed,
    })) {
      ids.push(next.id);
      bits.push(bitsOf(next.id, next.logits));
      if (ids.length >= count || next.id === tokenizer.endId) break;
      if (ids.length % 16 === 0) await breathe();
      if (signal.aborted) break;
    }
    const stream = tokenizer.stream();
    for (const known of read.subarray(0, at + 1)) stream.push(known);
    const pieces = ids.map((each) => stream.push(each));
    pieces[pieces.length - 1] += stream.end();
    return { ids: Int32Array.from(ids), pieces, bits: Float32Array.from(bits) };
  },

  order: ({ values, hiddenSize, order }) => orderUnits(values, hiddenSize, order),
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

/** How little a token was expected, given the logits before it. */
export function bitsOf(id: number, logits: Float32Array): number {
  return -Math.log2(nextTokens(logits).find((token) => token.id === id)!.probability);
}
