// Answers about what was read last: how a step was computed, how the text could have gone on, which units are alike.
import { continuation, explainStep, nextTokens, orderUnits } from "unrolled/inspect";
import { type Answers, breathe } from "./answers.ts";
import { modelIn } from "./models.ts";
import { newestOf } from "./reading.ts";

export const followingAnswers: Answers<"step" | "branch" | "order"> = {
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

/** How little a token was expected, given the logits before it. */
export function bitsOf(id: number, logits: Float32Array): number {
  return -Math.log2(nextTokens(logits).find((token) => token.id === id)!.probability);
}
