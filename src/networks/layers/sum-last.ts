import { sumLast as sumOf } from "../../tensor/operations/reductions.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** Sums over the last axis, which disappears. */
export interface SumLastLayerConfig {
  readonly kind: "sum-last";
}

export const sumLast: LayerKind<SumLastLayerConfig, undefined> = {
  fields: { needed: {} },

  shape: (_, [{ axes }]) =>
    axes.length < 2 ? mismatch(axes, "two axes or more") : floats(axes.slice(0, -1)),

  apply({ values: [value], shapes: [{ axes }] }) {
    const tensor = sumOf(value.tensor);
    return axes[axes.length - 1] === "T" ? { value: { tensor } } : changed(value, tensor);
  },

  streamProblem: (_, [{ axes }]) => (axes[axes.length - 1] === "T" ? "sums over all steps" : undefined),

  step(room, { read: [x], width }) {
    const { kernels } = room.device;
    const value = freshValue(room, width);
    const columns = x.width / width;
    const run = (rows: number) => {
      kernels.fill(value.at, 0, rows * width);
      kernels.sumColumns({ x: x.at, sums: value.at, m: rows * width, n: columns });
    };
    return { value, run };
  },
};
