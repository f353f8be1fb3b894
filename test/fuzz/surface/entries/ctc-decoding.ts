import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";

/** What makes sequences of the outputs of a CTC network. */
export const ctcDecoding: readonly Entry[] = [
  ...(["ctcBestPath", "ctcBeamSearch", "ctcAlign"] as const).map((name) =>
    entry(
      name,
      (w) => {
        const V = w.hostile(3, [0, 1, 2.5, -1]);
        const numbers = Float32Array.from({ length: w.pick([12, 12, 12, 12, 0, 13]) }, () =>
          w.random.uniform(),
        );
        if (w.random.integer(8) === 0) numbers[1] = w.hostile(-Infinity, [Number.NaN, Infinity]);
        const ids = [1, 2, 1].map((id) => w.hostile(id, [0, 7, 0.5]));
        const options = {
          vocabularySize: V,
          ...w.option("blank", [0, 2, 3, -1]),
          ...w.option("beamWidth", [1, 4, 0]),
          ...w.option("nBest", [1, 3, 0]),
          ...w.option("leastProbability", [0, 0.1, 1]),
        };
        return [numbers, ids, options];
      },
      (logits, ids, options) =>
        name === "ctcAlign"
          ? JSON.stringify(u.ctcAlign(logits, ids, options))
          : JSON.stringify(u[name](logits, options)),
    ),
  ),
];
