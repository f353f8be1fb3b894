import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

/** Sizes, targets that mostly fit, and options. */
function alignmentOperands(w: World) {
  const [B, T, U, V] = [w.whole(3), w.whole(6), w.whole(3), w.whole(4, 2)];
  const lists = Array.from({ length: B }, () => w.idList(U, V).map((id) => (id === 0 ? 1 : id)));
  const targets = w.random.integer(2) === 0 ? w.ids([B, U], V) : w.hostile(lists, [[], [[]], null, [1]]);
  const options = {
    ...w.option("inputLengths", [Array.from({ length: B }, () => T), [1]]),
    ...w.option("targetLengths", [Array.from({ length: B }, () => U), [0]]),
    ...w.option("blank", [0, V - 1]),
    ...w.option("zeroInfinity", [true, false]),
    ...w.option("reduction", ["mean", "sum", "none"]),
  };
  return { B, T, U, V, targets, options };
}

/** Losses that sum over alignments. */
export const alignments: readonly Entry[] = [
  entry(
    "ctcLoss",
    (w) => {
      const { B, T, V, targets, options } = alignmentOperands(w);
      return [w.floats([T, B, V]), targets, options];
    },
    (logits, targets, options) => u.ctcLoss(logits, targets, options),
  ),
  entry(
    "transducerLoss",
    (w) => {
      const { B, T, U, V, targets, options } = alignmentOperands(w);
      return [w.floats([B, T, U + 1, V]), targets, options];
    },
    (logits, targets, options) => u.transducerLoss(logits, targets, options),
  ),
  entry(
    "transducerJointLoss",
    (w) => {
      const { B, T, U, V, targets, options } = alignmentOperands(w);
      const H = w.whole(4);
      return [
        w.floats([B, T, H]),
        w.floats([B, U + 1, H]),
        w.floats([V, H]),
        w.floats([V]),
        targets,
        options,
      ];
    },
    (encoded, predicted, weight, bias, targets, options) =>
      u.transducerJointLoss(encoded, predicted, { weight, bias }, targets, options),
  ),
];
