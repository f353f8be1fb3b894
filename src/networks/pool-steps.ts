import { multiply, scaled } from "../tensor/operations/arithmetic.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "../tensor/operations/pooling.ts";
import { gatherRows } from "../tensor/operations/rows.ts";
import { reshape, swapAxes, swapLastAxes } from "../tensor/operations/shapes.ts";
import { samePads } from "../tensor/operations/window.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { LayerConfig } from "./config.ts";
import type { MaskedValue } from "./mask.ts";

/** Steps [B, T, …] in reverse order. */
export function reversedSteps(xs: Tensor): Tensor {
  const timeMajor = swapAxes(xs);
  const [steps] = timeMajor.shape;
  const order = Array.from({ length: steps }, (_, t) => steps - 1 - t);
  const rows = gatherRows(reshape(timeMajor, [steps, -1]), ints(xs.device, order, [steps]));
  return swapAxes(reshape(rows, timeMajor.shape));
}

/** Windows over the steps of xs [B, T, C]. */
export function pooled(config: Extract<LayerConfig, { kind: "pool1d" }>, xs: Tensor): Tensor {
  const { pool, size, stride, padding } = config;
  const pads = padding === "same" ? samePads([xs.shape[1]], [size], [stride], [1]) : [0, 0];
  const options = { strides: [stride], pads };
  const x = swapLastAxes(xs);
  return swapLastAxes(
    pool === "max" ? maxPool(x, [size], options) : averagePool(x, [size], { ...options, countPads: false }),
  );
}

/** [B, T, C] to [B, C]; a mean is over the steps that count. */
export function pooledOverAll(pool: "max" | "average", { tensor: xs, lengths, mask }: MaskedValue): Tensor {
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
