// Answers about a reading in which something was changed.
import { UnrolledError } from "unrolled";
import { type ContinuationOptions, continuation, stateAfter, trace } from "unrolled/inspect";
import { type Answers, breathe } from "./answers.ts";
import { bitsOf } from "./following.ts";
import { modelIn } from "./models.ts";
import type { Branch, Slot } from "./protocol.ts";
import { newestOf } from "./reading.ts";

export const interferingAnswers: Answers<"interfere"> = {
  async interfere({ slot, interventions, before, count, sampling, seed }, { signal }) {
    const { network, tokenizer } = modelIn(slot);
    const { ids } = newestOf(slot);
    const readBefore = tokenizer.encode(before);
    const state =
      readBefore.length === 0 ? undefined : stateAfter(trace(network, readBefore), readBefore.length - 1);
    const forbiddenIds = tokenizer.unknownId === null ? [] : [tokenizer.unknownId];
    const drawn = { sampling: { ...sampling, forbiddenIds }, seed };
    return {
      trace: trace(network, ids, { interventions, state }),
      plain: await goOn(slot, ids, drawn, count, signal),
      changed: await goOn(slot, ids, { ...drawn, interventions, state }, count, signal),
    };
  },
};

/** So many tokens after the ids. */
async function goOn(
  slot: Slot,
  read: Int32Array,
  options: ContinuationOptions,
  count: number,
  signal: AbortSignal,
): Promise<Branch> {
  const { network, tokenizer } = modelIn(slot);
  const ids: number[] = [];
  const bits: number[] = [];
  for (const next of continuation(network, read, options)) {
    ids.push(next.id);
    bits.push(bitsOf(next.id, next.logits));
    if (ids.length >= count || next.id === tokenizer.endId) break;
    if (ids.length % 16 === 0) await breathe();
    if (signal.aborted) throw new UnrolledError("aborted", { call: "interfere", problem: "aborted" });
  }
  const stream = tokenizer.stream();
  for (const id of read) stream.push(id);
  const pieces = ids.map((id) => stream.push(id));
  pieces[pieces.length - 1] += stream.end();
  return { ids: Int32Array.from(ids), pieces, bits: Float32Array.from(bits) };
}
