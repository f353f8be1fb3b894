import { add } from "../../tensor/operations/arithmetic.ts";
import { globalMaxPool } from "../../tensor/operations/pooling.ts";
import { reshape, swapLastAxes } from "../../tensor/operations/shapes.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { keptSteps } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** The largest of each channel over the steps that count, [B, T, C] to [B, C]; Keras' pooling ("global-pool1d") knows no lengths. */
export interface MaxOverTimeLayerConfig {
  readonly kind: "max-over-time";
}

export const maxOverTime: LayerKind<MaxOverTimeLayerConfig, undefined> = {
  fields: { needed: {} },

  shape: (_, [{ axes }]) => (axes.length === 3 ? floats([axes[0], axes[2]]) : mismatch(axes, "[B, T, C]")),

  apply({ values: [value] }) {
    const { tensor: xs, lengths, mask } = value;
    const [batch, steps, channels] = xs.shape;
    const byChannel = swapLastAxes(xs);
    const hidden = Float32Array.from(keptSteps(value, batch, steps), (counts) =>
      counts ? 0 : Number.NEGATIVE_INFINITY,
    );
    const pooled = mask
      ? globalMaxPool(add(byChannel, tensor(xs.device, hidden, [batch, 1, steps])))
      : globalMaxPool(byChannel, { lengths });
    return { value: { tensor: reshape(pooled, [batch, channels]) } };
  },

  streamProblem: () => "needs to know the end of the stream",
};
