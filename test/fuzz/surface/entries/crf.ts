import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";

/** A linear-chain CRF: its scores, its loss and what decodes it. */
export const crf: readonly Entry[] = [
  entry(
    "Crf",
    (w) => [w.device, w.length(4, 4)],
    (device, tags) => new u.Crf(device, { tags }).transitions,
  ),
  ...(["crfLoss", "crfMarginals"] as const).map((name) =>
    entry(
      name,
      (w) => {
        const [B, T, K] = [w.whole(3), w.whole(4), w.whole(3)];
        const options = {
          ...w.option("lengths", [Array.from({ length: B }, () => T), [1]]),
          ...w.option("reduction", ["mean", "sum", "none"]),
        };
        return [
          w.floats([B, T, K]),
          w.ids([B, T], K),
          w.floats([K, K]),
          w.floats([K]),
          w.floats([K]),
          options,
        ];
      },
      (emissions, tags, transitions, start, end, options) => {
        const scores = { transitions, start, end };
        return name === "crfLoss"
          ? u.crfLoss(emissions, tags, scores, options)
          : u.crfMarginals(emissions, scores, options);
      },
    ),
  ),
  entry(
    "viterbi",
    (w) => {
      const numbers = (length: number) => Float32Array.from({ length }, () => w.random.uniform());
      return [
        numbers(w.hostile(6, [5, 0])),
        numbers(w.hostile(4, [9])),
        numbers(2),
        numbers(w.hostile(2, [1])),
      ];
    },
    (emissions, transitions, start, end) => u.viterbi(emissions, { transitions, start, end }),
  ),
];
