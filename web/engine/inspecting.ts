// Answers about what a model remembers and what its units do.
import { LanguageModel, type Network, UnrolledError } from "unrolled";
import { attribution, gradientsThroughTime, reach, unitResponses } from "unrolled/inspect";
import type { Answers } from "./answers.ts";
import { compareCells, trainedCell } from "./comparing-cells.ts";
import { idsOf } from "./long-text.ts";
import { anyModelIn, modelIn } from "./models.ts";
import type { ComparedCell, Slot } from "./protocol.ts";
import { newestOf } from "./reading.ts";

/** Tokens of a text that units are looked at on. */
const UNIT_TOKENS = 6000;
const REACH_POSITIONS = 600;
const MOST_CONTEXT = 128;

export const inspectingAnswers: Answers<"units" | "gradients" | "attribution" | "reach" | "cells"> = {
  async units({ slot, on, what }, { signal }) {
    if (!(anyModelIn(slot) instanceof LanguageModel))
      return (await import("./task-inspecting.ts")).unitsOfReading(slot, what, signal);
    const ids = await idsOf(slot, on, signal);
    const { network, tokenizer } = modelIn(slot);
    const found = await unitResponses(network, tokenizer, ids, {
      what,
      maxTokens: UNIT_TOKENS,
      signal,
    });
    return structuredClone(found);
  },

  gradients({ slot, steps, cell }, { signal }) {
    const { ids } = newestOf(slot);
    if (ids.length < 2)
      throw new UnrolledError("text-too-short", {
        call: "explorer",
        problem: "a prediction needs two tokens; type more text",
      });
    return gradientsThroughTime(networkOf(slot, cell), ids.slice(0, steps), {
      jacobianSteps: 48,
      signal,
    });
  },

  attribution: ({ slot, at, target, cell }) =>
    attribution(networkOf(slot, cell), newestOf(slot).ids, at, target),

  async reach({ slot, on }, { signal, tell }) {
    const ids = await idsOf(slot, on, signal);
    const maxContext = Math.max(1, Math.min(MOST_CONTEXT, Math.floor(ids.length / 2)));
    return reach(modelIn(slot).network, ids, {
      positions: REACH_POSITIONS,
      maxContext,
      signal,
      onProgress: tell,
    });
  },

  async cells({ slot, on, seconds, hiddenSize }, asked) {
    const ids = await idsOf(slot, on, asked.signal);
    return compareCells(modelIn(slot).tokenizer, ids, { seconds, hiddenSize }, asked);
  },
};

/** The network of the slot's model, or the cell that was trained beside it. */
function networkOf(slot: Slot, cell: ComparedCell | undefined): Network {
  return cell === undefined ? modelIn(slot).network : trainedCell(cell);
}
