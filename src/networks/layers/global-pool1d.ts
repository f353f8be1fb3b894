import { oneOf } from "../../options/field-checks.ts";
import { multiply, scaled } from "../../tensor/operations/arithmetic.ts";
import { globalAveragePool, globalMaxPool } from "../../tensor/operations/pooling.ts";
import { reshape, swapLastAxes } from "../../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { type MaskedValue, requireOneLength } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** The largest or the mean of each channel over all steps that count: [B, T, C] to [B, C]. */
export interface GlobalPool1dLayerConfig {
  readonly kind: "global-pool1d";
  readonly pool: "max" | "average";
}

export const globalPool1d: LayerKind<GlobalPool1dLayerConfig, undefined> = {
  fields: { needed: { pool: oneOf("max", "average") } },

  shape: (_, [{ axes }]) => (axes.length === 3 ? floats([axes[0], axes[2]]) : mismatch(axes, "[B, T, C]")),

  apply({ name, config: { kind, pool }, values: [value] }) {
    if (pool === "max") requireOneLength(name, kind, value);
    return { value: { tensor: pooled(pool, value) } };
  },

  streamProblem: () => "needs to know the end of the stream",
};

/** A mean is over the steps that count. */
function pooled(pool: "max" | "average", { tensor: xs, lengths, mask }: MaskedValue): Tensor {
  const [batch, steps, channels] = xs.shape;
  const all = (x: Tensor) => reshape(x, [batch, channels]);
  if (pool === "max") return all(globalMaxPool(swapLastAxes(xs)));
  if (!lengths && !mask) return all(globalAveragePool(swapLastAxes(xs)));
  const shares = new Float32Array(batch * steps);
  for (let b = 0; b < batch; b++) {
    let count = 0;
    for (let t = 0; t < steps; t++) {
      const counts = t < (lengths?.[b] ?? steps) && (mask?.kept[b * steps + t] ?? 1) === 1;
      shares[b * steps + t] = counts ? 1 : 0;
      if (counts) count += 1;
    }
    for (let t = 0; t < steps; t++) shares[b * steps + t] /= Math.max(1, count);
  }
  const weighted = multiply(xs, tensor(xs.device, shares, [batch, steps, 1]));
  return scaled(all(globalAveragePool(swapLastAxes(weighted))), steps);
}
