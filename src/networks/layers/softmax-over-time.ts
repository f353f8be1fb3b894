import { add } from "../../tensor/operations/arithmetic.ts";
import { softmax } from "../../tensor/operations/rows.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed, keptSteps } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** Softmax over the steps [B, …, T] that count, those up to a sequence's end: the weights of attention. */
export interface SoftmaxOverTimeLayerConfig {
  readonly kind: "softmax-over-time";
}

export const softmaxOverTime: LayerKind<SoftmaxOverTimeLayerConfig, undefined> = {
  fields: { needed: {} },

  shape: (_, [{ axes }]) =>
    axes.length >= 2 && axes[0] === "B" && axes[axes.length - 1] === "T"
      ? floats(axes)
      : mismatch(axes, "[B, ..., T] with free lengths"),

  apply({ values: [value] }) {
    const { tensor: x, lengths, mask } = value;
    if (!mask) return changed(value, softmax(x, { lengths }));
    const [batch, steps] = [x.shape[0], x.shape[x.shape.length - 1]];
    const kept = keptSteps(value, batch, steps);
    const added = Float32Array.from(kept, (counts) => (counts ? 0 : Number.NEGATIVE_INFINITY));
    const shape = [batch, ...x.shape.slice(1, -1).map(() => 1), steps];
    return changed(value, softmax(add(x, tensor(x.device, added, shape))));
  },

  streamProblem: () => "needs to know the end of the stream",
};
