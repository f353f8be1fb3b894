import { concat, reshape, swapAxes } from "../../tensor/operations/shapes.ts";
import type { LayerKind } from "../layer-kind.ts";
import { axesText, floats } from "../value-shape.ts";

/** A vector [B, …] at every step that another value has, [B, T, …] or [T, B, …]: what a decoder reads of a code. */
export interface RepeatOverTimeLayerConfig {
  readonly kind: "repeat-over-time";
}

export const repeatOverTime: LayerKind<RepeatOverTimeLayerConfig, undefined> = {
  fields: { needed: {} },
  inputs: [2, 2],
  reads: ["float", "any"],

  shape: (_, [{ axes }, { axes: like }]) =>
    axes[0] === "B" && like.length >= 2 && [like[0], like[1]].sort().join() === "B,T"
      ? floats([...like.slice(0, 2), ...axes.slice(1)])
      : { problem: `reads ${axesText(axes)} and ${axesText(like)}, needed [B, …] and [B, T, …]` },

  apply({ values: [{ tensor: x }, like], shapes: [, { axes }] }) {
    const steps = like.tensor.shape[axes.indexOf("T")];
    const one = reshape(x, [1, ...x.shape]);
    const xs = concat(
      Array.from({ length: steps }, () => one),
      0,
    );
    const tensor = axes[0] === "T" ? xs : swapAxes(xs);
    return { value: { tensor, lengths: like.lengths, mask: like.mask } };
  },

  streamProblem: () => "repeats what a whole sequence has made",
};
