// Operations over axes, parts of axes, comparisons and choices.
import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";
import { broadcast } from "./operations.ts";

const comparisons = ["equal", "notEqual", "greater", "greaterEqual", "less", "lessEqual"] as const;

/** What a reduction may be told of axes. */
function axisOptions(w: World, rank: number): Record<string, unknown> {
  const axis = () => w.hostile(w.whole(Math.max(rank - 1, 0), -rank), [9, -9, 0.5, Number.NaN, 2 ** 32]);
  return {
    ...(w.chance(0.6) ? { axis: w.chance(0.5) ? axis() : [axis(), axis()] } : {}),
    ...w.option("keepDims", [true, false]),
  };
}

/** Over any axes. What is largest is drawn and not worked out: a small difference decides it. */
const overAxes = (name: "logSumExp" | "max" | "min" | "norm"): Entry =>
  entry(
    name,
    (w) => {
      const shape = w.shape(w.chance(0.1) ? 0 : undefined);
      const order = name === "norm" ? w.option("order", [1, 2, 3, Number.POSITIVE_INFINITY]) : {};
      return [w.fresh(shape), { ...axisOptions(w, shape.length), ...order }];
    },
    u[name],
  );

/** Where a small difference of the operands decides, they are drawn and not worked out. */
const comparison = (name: (typeof comparisons)[number]): Entry =>
  entry(
    name,
    (w) => {
      const [a, b] = broadcast(w);
      return [w.fresh(a), w.chance(0.2) ? w.number() : w.fresh(b)];
    },
    u[name],
  );

const reduction = (name: "sum" | "mean" | "softmax" | "logSoftmax"): Entry =>
  entry(
    name,
    (w) => {
      const shape = w.shape(w.chance(0.1) ? 0 : undefined);
      return [w.floats(shape), ...(w.chance(0.5) ? [axisOptions(w, shape.length)] : [])];
    },
    u[name],
  );

export const axisOperations: readonly Entry[] = [
  ...comparisons.map(comparison),
  entry("not", (w) => [w.fresh(w.shape())], u.not),
  entry(
    "where",
    (w) => {
      const [a, b] = broadcast(w);
      return [w.ids(a, 2), w.floats(b), w.chance(0.3) ? w.number() : w.floats(b)];
    },
    u.where,
  ),
  entry(
    "clamp",
    (w) => [w.fresh(w.shape()), { ...w.option("low", [-0.5, 0]), ...w.option("high", [0.5, 1]) }],
    u.clamp,
  ),
  entry("pow", (w) => [w.fresh(w.shape()), w.pick([2, 3, -1, 0])], u.pow),
  ...(["logSumExp", "max", "min", "norm"] as const).map(overAxes),
  ...(["sum", "mean", "softmax", "logSoftmax"] as const).map(reduction),
  entry("sumLast", (w) => [w.floats(w.shape(w.chance(0.1) ? 0 : undefined))], u.sumLast),
  entry(
    "slice",
    (w) => {
      const shape = w.shape();
      const range = (length: number) =>
        w.pick([
          null,
          w.hostile(w.random.integer(length), [9, -9, 0.5]),
          { start: w.hostile(-1, [9, 0.5, 2 ** 32]) },
          { step: w.hostile(-1, [0, 0.5, 2 ** 33]) },
        ]);
      return [w.chance(0.7) ? w.floats(shape) : w.ids(shape, 9), shape.map(range)];
    },
    u.slice,
  ),
  entry(
    "transpose",
    (w) => {
      const shape = w.shape(w.whole(4));
      const order = w.hostile([...shape.keys()].reverse(), [[], [0, 0], [9], [0.5]]);
      return [w.chance(0.7) ? w.floats(shape) : w.ids(shape, 9), ...(w.chance(0.7) ? [order] : [])];
    },
    u.transpose,
  ),
];
